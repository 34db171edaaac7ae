// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;

/** ENIM's device layer alone, called as the manager calls it: the device was checked before it was offered. */
final class DeviceLayerContender implements Contender {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final NetworkDevices devices;
    private final Slot slot;
    private final LinkConfig config;
    private final DeviceBaseline baseline;

    DeviceLayerContender(NetworkDevices devices, Slot slot, LinkConfig config) {
        this.devices = devices;
        this.slot = slot;
        this.config = config;
        this.baseline = found().baseline();
    }

    private Device found() {
        return devices.find(slot.mac(), TIMEOUT)
                .orElseThrow(() -> new IllegalStateException(slot.device() + " is not on the host"));
    }

    @Override
    public Timing add() {
        found();
        return Timing.of(devices, () -> {
            try (Netns netns = devices.open(slot.netns())) {
                Device inside = devices.moveIn(found(), netns, config, TIMEOUT);
                devices.configure(inside, netns, config, TIMEOUT);
            }
        });
    }

    @Override
    public Timing del() {
        return Timing.of(devices, () -> {
            try (Netns netns = devices.open(slot.netns())) {
                if (!devices.returnToHost(baseline, Optional.of(netns), TIMEOUT).isVerified()) {
                    throw new IllegalStateException(slot.device() + " did not return to the host clean");
                }
            }
        });
    }
}
