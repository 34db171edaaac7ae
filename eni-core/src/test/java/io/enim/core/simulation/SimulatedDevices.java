package io.enim.core.simulation;

import io.enim.CheckReport.Difference;
import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The node's devices as one process uses them: calls go wrong, and the oracle watches what they change. */
final class SimulatedDevices implements NetworkDevices {
    private static final long POLL_NANOS = 100_000_000;

    private final InMemoryDevices devices;
    private final SimulatedProcess process;
    private final Chaos chaos;
    private final NodeOracle oracle;

    SimulatedDevices(InMemoryDevices devices, SimulatedProcess process, Chaos chaos, NodeOracle oracle) {
        this.devices = devices;
        this.process = process;
        this.chaos = chaos;
        this.oracle = oracle;
    }

    /** By which faults know an ENI. */
    static int number(MacAddress mac) {
        return (int) mac.bits() & 0xFF;
    }

    private <T> T changing(String operation, MacAddress mac, Chaos.Effect<T, RuntimeException> effect) {
        return chaos.call(Place.DEVICES, operation, number(mac), () -> {
            oracle.beforeChange(process, operation, mac);
            try {
                return effect.run();
            } finally {
                oracle.afterChange(operation, mac);
            }
        });
    }

    @Override
    public Netns open(Path path) {
        return chaos.call(Place.DEVICES, "open", () -> devices.open(path));
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return chaos.call(Place.DEVICES, "hostDevices", () -> devices.hostDevices(timeout));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return chaos.call(Place.DEVICES, "find", number(mac), () -> devices.find(mac, timeout));
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return chaos.call(Place.DEVICES, "find", number(baseline.mac()), () -> devices.find(baseline, timeout));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return chaos.call(Place.DEVICES, "findIn", number(mac), () -> devices.find(mac, netns, timeout));
    }

    @Override
    public Optional<Netns> locate(DeviceBaseline baseline, Duration timeout) {
        return chaos.call(Place.DEVICES, "locate", number(baseline.mac()), () -> devices.locate(baseline, timeout));
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        long end = process.nanoTime() + timeout.toNanos();
        Optional<Device> found = find(mac, timeout);
        while (found.isEmpty()) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            if (interrupted || process.nanoTime() >= end) {
                throw new DeviceException(
                        interrupted ? DeviceException.Kind.TIMEOUT : DeviceException.Kind.NOT_FOUND,
                        "await",
                        mac.toString(),
                        interrupted ? "interrupted" : "it did not appear in time");
            }
            process.parkUntil(Math.min(end, process.nanoTime() + POLL_NANOS));
            found = devices.find(mac, timeout);
        }
        return found.get();
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return changing("moveIn", device.identity(), () -> {
            oracle.movesIn(device.identity(), netns.path());
            return devices.moveIn(device, netns, config, timeout);
        });
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        changing("configure", device.identity(), () -> {
            devices.configure(device, netns, config, timeout);
            return true;
        });
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        return chaos.call(Place.DEVICES, "inspect", number(mac), () -> devices.inspect(mac, netns, config, timeout));
    }

    @Override
    public Set<MacAddress> hostLinks(Duration timeout) {
        return chaos.call(Place.DEVICES, "hostLinks", () -> devices.hostLinks(timeout));
    }

    @Override
    public void removeHostLink(MacAddress mac, Duration timeout) {
        changing("removeHostLink", mac, () -> {
            devices.removeHostLink(mac, timeout);
            return mac;
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        return changing("returnToHost", baseline.mac(), () -> devices.returnToHost(baseline, netns, timeout));
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return changing("restoreOnHost", baseline.mac(), () -> devices.restoreOnHost(baseline, timeout));
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return devices.watch(event -> {
            if (!process.isDead()) {
                listener.accept(event);
            }
        });
    }

    @Override
    public void close() {}
}
