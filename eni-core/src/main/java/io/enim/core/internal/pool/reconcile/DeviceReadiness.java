package io.enim.core.internal.pool;

import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether an ENI's device is at home and clean (P2). Looks and returns: events tell when to look again, so that no thread
 * waits for a device that may never come. Blocks on the kernel; safe for concurrent use.
 */
final class Devices {
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final NetworkDevices devices;
    private final Function<Device, HomeState> homes;

    Devices(NetworkDevices devices, Function<Device, HomeState> homes) {
        this.devices = devices;
        this.homes = homes;
    }

    /**
     * What a look found.
     *
     * @param why why the device is not ready; empty when it is
     */
    record Meeting(String why) {
        static Meeting ready() {
            return new Meeting("");
        }

        static Meeting not(String why) {
            return new Meeting(why.isEmpty() ? "of unknown cause" : why);
        }

        boolean isReady() {
            return why.isEmpty();
        }
    }

    /**
     * Looks for the device, and makes clean what it finds: an agent of the host may have been at it since it came (F17).
     *
     * @throws io.enim.DeviceException the device is not to be touched, or the kernel refused
     */
    Meeting meet(MacAddress mac) {
        Optional<Device> device = devices.find(mac, LOOK);
        if (device.isEmpty()) {
            return Meeting.not("no device with " + mac + " is at home");
        }
        Homecoming homecoming = devices.cleanAtHome(homes.apply(device.get()), LOOK);
        if (!homecoming.isVerified()) {
            return Meeting.not("the device with " + mac + " was found " + homecoming.foundIn() + ", not clean: "
                    + homecoming.remaining());
        }
        return Meeting.ready();
    }
}
