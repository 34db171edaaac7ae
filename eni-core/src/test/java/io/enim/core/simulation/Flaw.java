package io.enim.core.simulation;

import io.enim.EniManager;
import io.enim.core.Overriding;
import io.enim.provider.EniProvider;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.NetworkDevices;
import java.time.Duration;

/**
 * What is put around the parts of a node: nothing, or a bug to see that the simulation finds it. A bug's public methods
 * replace those of the manager, of the pool or of the devices.
 */
class Flaw {
    SimulatedNode node;
    EniManager manager;
    EniProvider pool;
    NetworkDevices devices;
    InMemoryDevices kernel;

    /** Whether ages are measured on the wall clock. */
    boolean measuresOnTheWall() {
        return false;
    }

    /** Whether the directories are unlocked when {@code close()} returns. */
    boolean unlocksEarly() {
        return false;
    }

    /** How long ENIs rest, when it is to be this long. */
    Duration cooldown(Duration wanted) {
        return wanted;
    }

    final EniManager around(EniManager sound) {
        manager = sound;
        return getClass() == Flaw.class ? sound : Overriding.methods(EniManager.class, sound, this);
    }

    final EniProvider around(EniProvider sound) {
        pool = sound;
        return getClass() == Flaw.class ? sound : Overriding.methods(EniProvider.class, sound, this);
    }

    final NetworkDevices around(NetworkDevices sound, InMemoryDevices below) {
        devices = sound;
        kernel = below;
        return getClass() == Flaw.class ? sound : Overriding.methods(NetworkDevices.class, sound, this);
    }
}
