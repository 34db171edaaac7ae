package io.enim.core.internal.pool;

import io.enim.core.internal.step.Step;
import java.util.Locale;

/** The kinds of calls to the cloud. */
enum Call {
    DESCRIBE(Step.POOL_DESCRIBE),
    CREATE(Step.POOL_CREATE),
    ATTACH(Step.POOL_ATTACH),
    DETACH(Step.POOL_DETACH),
    DELETE(Step.POOL_DELETE);

    private final Step step;

    Call(Step step) {
        this.step = step;
    }

    Step step() {
        return step;
    }

    boolean isMutating() {
        return this != DESCRIBE;
    }

    /** As metrics and messages spell it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
