package io.enim.core.stress;

import io.enim.EniManager;
import io.enim.provider.EniProvider;
import io.enim.spi.NetworkDevices;
import java.time.Duration;

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

    /** How long to wait at the end for what must come to rest: a breaker may hold calls to the cloud back for a minute. */
    default Duration patience() {
        return Duration.ofMinutes(5);
    }
}
