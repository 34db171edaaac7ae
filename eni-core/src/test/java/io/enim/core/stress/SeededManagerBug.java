package io.enim.core.stress;

import io.enim.EniManager;
import io.enim.core.Overriding;
import io.enim.provider.EniProvider;
import io.enim.spi.NetworkDevices;

/**
 * What is put around the parts of a node: nothing, or a bug to see that the checks catch it. A bug's public methods replace
 * those of the manager, of the provider or of the devices.
 */
class SeededManagerBug {
    static final SeededManagerBug NONE = new SeededManagerBug();

    /** The sound parts; the devices are those that the oracle watches. */
    volatile EniManager manager;

    volatile EniProvider provider;
    volatile NetworkDevices watched;
    private volatile boolean struck;

    /** What the runtime sees of a manager. */
    final EniManager around(EniManager sound, NetworkDevices watchedDevices) {
        manager = sound;
        watched = watchedDevices;
        return Overriding.methods(EniManager.class, sound, this);
    }

    final EniProvider around(EniProvider sound) {
        provider = sound;
        return Overriding.methods(EniProvider.class, sound, this);
    }

    final NetworkDevices around(NetworkDevices sound) {
        return Overriding.methods(NetworkDevices.class, sound, this);
    }

    /** Notes that the bug had its effect. */
    final void strike() {
        struck = true;
    }

    /** Whether the bug has had its effect. A run in which it has not proves nothing, and is repeated. */
    final boolean hasStruck() {
        return struck;
    }

    /** Whether the bug has left what no time takes away, so that waiting for its end is in vain. */
    boolean hasLeftResidue() {
        return false;
    }
}
