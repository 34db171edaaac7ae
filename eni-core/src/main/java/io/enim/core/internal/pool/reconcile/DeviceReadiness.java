// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.core.internal.pool.reconcile.DeviceVerdict.Kind;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.UpperDevices;
import java.time.Clock;
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
    /** A search goes through every namespace, for all that wait; it must end within the pool's limit for calls. */
    private static final Duration SEARCH_TIMEOUT = Duration.ofSeconds(20);

    private static final String UNKNOWN =
            "whether its last tenant left devices in other namespaces on its device is unknown: ";

    private final NetworkDevices devices;
    private final Function<Device, DeviceBaseline> baselines;
    private final StepRunner steps;
    private final HostContests contests;

    /**
     * A check of these devices, which the pool does not close, against the states on the host to restore.
     *
     * @param clock measures how long a device was left alone
     */
    public DeviceReadiness(
            NetworkDevices devices, Function<Device, DeviceBaseline> baselines, StepRunner steps, Clock clock) {
        this.devices = devices;
        this.baselines = baselines;
        this.steps = steps;
        this.contests = new HostContests(clock);
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
     * Finds the device, and cleans it: host software may have modified it since it appeared (F17). A device that had to be
     * taken over is ready only when a later check finds that it was left alone (P20).
     *
     * @throws DeviceException the kernel refused
     */
    DeviceVerdict check(MacAddress mac) {
        return steps.call(Step.POOL_AWAIT_DEVICE, () -> verdict(mac));
    }

    /**
     * As {@link #check}, of a device that tenants had: it is ready only when no device of another namespace is stacked on it
     * (P13).
     */
    DeviceVerdict checkServed(MacAddress mac) {
        return steps.call(Step.POOL_AWAIT_DEVICE, () -> {
            DeviceVerdict verdict = verdict(mac);
            return verdict.kind() == Kind.READY ? searchUppers(mac) : verdict;
        });
    }

    private DeviceVerdict verdict(MacAddress mac) {
        return contests.watching(mac)
                .map(why -> new DeviceVerdict(Kind.CONTESTED, why))
                .orElseGet(() -> findAndClean(mac));
    }

    private DeviceVerdict searchUppers(MacAddress mac) {
        UpperDevices uppers;
        try {
            uppers = devices.upperDevices(mac, SEARCH_TIMEOUT);
        } catch (DeviceException e) {
            return new DeviceVerdict(Kind.CONTESTED, UNKNOWN + e.getMessage());
        }
        if (!uppers.found().isEmpty()) {
            return new DeviceVerdict(
                    Kind.OCCUPIED,
                    "devices of other namespaces are stacked on its device and would hear and answer for the next"
                            + " endpoint: "
                            + uppers.found() + "; end what keeps these namespaces, or delete the devices");
        }
        return uppers.unsearched().isEmpty()
                ? DeviceVerdict.READY
                : new DeviceVerdict(Kind.CONTESTED, UNKNOWN + uppers.unsearched());
    }

    private DeviceVerdict findAndClean(MacAddress mac) {
        try {
            return devices.find(mac, TIMEOUT)
                    .map(device -> clean(mac, device))
                    .orElseGet(() -> new DeviceVerdict(Kind.MISSING, "no device with " + mac + " is on the host"));
        } catch (DeviceException e) {
            if (e.kind() == DeviceException.Kind.PROTECTED || e.kind() == DeviceException.Kind.AMBIGUOUS) {
                return new DeviceVerdict(Kind.CONTESTED, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private DeviceVerdict clean(MacAddress mac, Device device) {
        ReturnReport report = devices.restoreOnHost(baselines.apply(device), TIMEOUT);
        if (!report.takenOver().isEmpty()) {
            return new DeviceVerdict(Kind.CONTESTED, contests.takenOver(mac, report.takenOver()));
        }
        return report.isVerified()
                ? DeviceVerdict.READY
                : new DeviceVerdict(
                        Kind.DIRTY,
                        "the device with " + mac + " was found " + report.foundIn() + ", not clean: "
                                + report.unresolved());
    }

    /** Whether the device is on the host and up, as no free ENI's is: software of the host configured it. */
    boolean isConfiguredByHost(MacAddress mac) {
        return devices.find(mac, TIMEOUT).filter(Device::up).isPresent();
    }
}
