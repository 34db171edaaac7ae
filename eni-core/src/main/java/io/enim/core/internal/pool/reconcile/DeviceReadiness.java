package io.enim.core.internal.pool.reconcile;

import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether an ENI's device is at home and clean (P2). Looks and returns: events tell when to look again, so that no thread
 * waits for a device that may never come. Blocks on the kernel; safe for concurrent use.
 */
final class DeviceReadiness {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final NetworkDevices devices;
    private final Function<Device, DeviceBaseline> baselines;

    DeviceReadiness(NetworkDevices devices, Function<Device, DeviceBaseline> homes) {
        this.devices = devices;
        this.baselines = homes;
    }

    /**
     * What a look found.
     *
     * @param why why the device is not ready; empty when it is
     */
    record Result(String why) {
        static Result ready() {
            return new Result("");
        }

        static Result notReady(String why) {
            return new Result(why.isEmpty() ? "of unknown cause" : why);
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
    Result check(MacAddress mac) {
        Optional<Device> device = devices.find(mac, TIMEOUT);
        if (device.isEmpty()) {
            return Result.notReady("no device with " + mac + " is at home");
        }
        ReturnReport returnReport = devices.restoreOnHost(baselines.apply(device.get()), TIMEOUT);
        if (!returnReport.isVerified()) {
            return Result.notReady("the device with " + mac + " was found " + returnReport.foundIn() + ", not clean: "
                    + returnReport.unresolved());
        }
        return Result.ready();
    }
}
