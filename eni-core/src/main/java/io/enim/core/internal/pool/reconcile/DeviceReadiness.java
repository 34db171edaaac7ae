// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.MacAddress;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whether an ENI's device is on the host and clean (P2). A check returns at once, and events tell when to check again, so
 * that no thread waits for a device that may never appear. Blocks on the kernel; thread-safe.
 */
public final class DeviceReadiness {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final NetworkDevices devices;
    private final Function<Device, DeviceBaseline> baselines;
    private final StepRunner steps;

    /** A check of these devices, which the pool does not close, against the states on the host to restore. */
    public DeviceReadiness(NetworkDevices devices, Function<Device, DeviceBaseline> baselines, StepRunner steps) {
        this.devices = devices;
        this.baselines = baselines;
        this.steps = steps;
    }

    /** Calls back with the MAC of each device that appears on the host, or with none when events were lost. */
    public NetworkDevices.Subscription watch(Consumer<Optional<MacAddress>> appeared) {
        return devices.watch(event -> {
            if (event.kind() == DeviceEvent.Kind.ON_HOST || event.kind() == DeviceEvent.Kind.EVENTS_LOST) {
                appeared.accept(event.mac());
            }
        });
    }

    /**
     * Finds the device, and cleans it: host software may have modified it since it appeared (F17). The result is why it is
     * not ready; empty when it is.
     *
     * @throws io.enim.DeviceException the device is not to be touched, or the kernel refused
     */
    Optional<String> check(MacAddress mac) {
        return steps.call(Step.POOL_AWAIT_DEVICE, () -> findAndClean(mac));
    }

    private Optional<String> findAndClean(MacAddress mac) {
        Optional<Device> device = devices.find(mac, TIMEOUT);
        if (device.isEmpty()) {
            return Optional.of("no device with " + mac + " is on the host");
        }
        ReturnReport report = devices.restoreOnHost(baselines.apply(device.get()), TIMEOUT);
        return report.isVerified()
                ? Optional.empty()
                : Optional.of("the device with " + mac + " was found " + report.foundIn() + ", not clean: "
                        + report.unresolved());
    }
}
