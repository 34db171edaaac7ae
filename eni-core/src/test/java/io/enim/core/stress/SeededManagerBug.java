package io.enim.core.stress;

import io.enim.EniManager;
import io.enim.provider.EniProvider;
import io.enim.spi.NetworkDevices;

/** What is put around the parts of a node: nothing, or a bug to see that the checks catch it. */
interface SeededManagerBug {
    SeededManagerBug NONE = new SeededManagerBug() {};

    /** What the runtime sees of a manager; the devices are those that the oracle watches. */
    default EniManager manager(EniManager manager, NetworkDevices watched) {
        return manager;
    }

    default EniProvider provider(EniProvider provider) {
        return provider;
    }

    default NetworkDevices devices(NetworkDevices devices) {
        return devices;
    }

    /** Whether the bug has had its effect. A run in which it has not proves nothing, and is repeated. */
    default boolean hasStruck() {
        return false;
    }

    /** Whether the bug has left what no time takes away, so that waiting for its end is in vain. */
    default boolean hasLeftResidue() {
        return false;
    }
}
