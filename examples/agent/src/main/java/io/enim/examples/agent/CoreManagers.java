package io.enim.examples.agent;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.core.Enim;
import io.enim.spi.Liveness;
import java.util.Collection;

/** The managers of a real agent. */
final class CoreManagers {
    private CoreManagers() {}

    static EniManager create(EniSettings settings, EniMetrics metrics, Collection<? extends Liveness> runtimes) {
        Enim.Builder builder = Enim.builder(settings).metrics(metrics);
        runtimes.forEach(builder::liveness);
        return builder.build();
    }
}
