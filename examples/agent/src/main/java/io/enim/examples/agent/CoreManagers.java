package io.enim.examples.agent;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.core.Enim;

/** The managers of a real agent. */
final class CoreManagers {
    private CoreManagers() {}

    static EniManager create(EniSettings settings, EniMetrics metrics) {
        return Enim.builder(settings).metrics(metrics).build();
    }
}
