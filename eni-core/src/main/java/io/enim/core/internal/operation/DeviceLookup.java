package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.spi.Device;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;

/** Looks at home for the device of an assignment, which is in its sandbox when all is well. */
public final class DeviceLookup {
    private DeviceLookup() {}

    /** The device, as the tenant left it; known again by how it left home where that is recorded, else by its MAC. */
    public static Optional<Device> findOnHost(NetworkDevices devices, Assignment assignment, Duration timeout) {
        return assignment.baseline().isPresent()
                ? devices.find(assignment.baseline().get(), timeout)
                : devices.find(assignment.eni().mac(), timeout);
    }
}
