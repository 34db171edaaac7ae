package io.enim.examples.agent;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;

/** The managers of a real agent. */
final class CoreManagers {
    private CoreManagers() {}

    static EniManager create(EniSettings settings, EniMetrics metrics) {
        throw new UnsupportedOperationException(settings + " " + metrics);
    }
}
