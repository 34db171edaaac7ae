package io.enim.core.internal.life;

import io.enim.Assignment;
import io.enim.spi.Device;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;

/** Looks at home for the device of an assignment, which is in its sandbox when all is well. */
public final class AtHome {
    private AtHome() {}

    /** The device, as the tenant left it; known again by how it left home where that is recorded, else by its MAC. */
    public static Optional<Device> find(NetworkDevices devices, Assignment assignment, Duration timeout) {
        return assignment.home().isPresent()
                ? devices.find(assignment.home().get(), timeout)
                : devices.find(assignment.eni().mac(), timeout);
    }
}
