package io.enim.benchmarks.device;

import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;

/** ENIM's device layer alone, called as the manager calls it. */
final class DeviceLayerContender implements Contender {
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final NetworkDevices devices;
    private final Slot slot;
    private final LinkConfig plan;
    private final DeviceBaseline home;

    DeviceLayerContender(NetworkDevices devices, Slot slot, LinkConfig plan) {
        this.devices = devices;
        this.slot = slot;
        this.plan = plan;
        this.home = found().baseline();
    }

    private Device found() {
        return devices.find(slot.mac(), TIMEOUT)
                .orElseThrow(() -> new IllegalStateException(slot.device() + " is not at home"));
    }

    @Override
    public String name() {
        return "ENIM, device layer";
    }

    @Override
    public Timing add() {
        return KernelTimeMeter.measure(devices, () -> {
            try (Netns netns = devices.open(slot.netns())) {
                Device inside = devices.moveIn(found(), netns, plan, TIMEOUT);
                devices.configure(inside, netns, plan, TIMEOUT);
            }
        });
    }

    @Override
    public Timing del() {
        return KernelTimeMeter.measure(devices, () -> {
            try (Netns netns = devices.open(slot.netns())) {
                if (!devices.returnToHost(home, Optional.of(netns), TIMEOUT).isVerified()) {
                    throw new IllegalStateException(slot.device() + " did not come home clean");
                }
            }
        });
    }

    @Override
    public void close() {}
}
