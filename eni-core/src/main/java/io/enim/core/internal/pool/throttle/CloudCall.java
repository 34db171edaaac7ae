// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import io.enim.core.internal.step.Step;
import java.util.Locale;

/** The kinds of calls to the cloud. */
public enum CloudCall {
    DESCRIBE(Step.POOL_DESCRIBE),
    CREATE(Step.POOL_CREATE),
    ATTACH(Step.POOL_ATTACH),
    DETACH(Step.POOL_DETACH),
    DELETE(Step.POOL_DELETE);

    private final Step step;

    CloudCall(Step step) {
        this.step = step;
    }

    Step step() {
        return step;
    }

    boolean isMutating() {
        return this != DESCRIBE;
    }

    /** No endpoint waits for it. */
    boolean isHousekeeping() {
        return this == DETACH || this == DELETE;
    }

    /** The name in metrics and messages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
