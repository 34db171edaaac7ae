package io.enim.benchmarks.device;

import io.enim.benchmarks.device.Ground.Plot;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;

/** ENIM's device layer alone, called as the manager calls it. */
final class LayerContender implements Contender {
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final NetworkDevices devices;
    private final Plot plot;
    private final LinkPlan plan;
    private final HomeState home;

    LayerContender(NetworkDevices devices, Plot plot, LinkPlan plan) {
        this.devices = devices;
        this.plot = plot;
        this.plan = plan;
        this.home = found().homeState();
    }

    private Device found() {
        return devices.find(plot.mac(), TIMEOUT)
                .orElseThrow(() -> new IllegalStateException(plot.device() + " is not at home"));
    }

    @Override
    public String name() {
        return "ENIM, device layer";
    }

    @Override
    public Took add() {
        return Meter.measure(devices, () -> {
            try (Netns netns = devices.open(plot.netns())) {
                Device inside = devices.moveIn(found(), netns, plan, TIMEOUT);
                devices.configure(inside, netns, plan, TIMEOUT);
            }
        });
    }

    @Override
    public Took del() {
        return Meter.measure(devices, () -> {
            try (Netns netns = devices.open(plot.netns())) {
                if (!devices.bringHome(home, Optional.of(netns), TIMEOUT).isVerified()) {
                    throw new IllegalStateException(plot.device() + " did not come home clean");
                }
            }
        });
    }

    @Override
    public void close() {}
}
