package io.enim.core.internal.pool;

import io.enim.CheckReport;
import io.enim.MacAddress;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Devices on the host, by MAC: as much as the pool asks about. */
final class TestDevices implements NetworkDevices {
    private final Map<MacAddress, Device> onHost = new ConcurrentHashMap<>();
    private final Set<MacAddress> dirty = ConcurrentHashMap.newKeySet();
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();

    void plug(MacAddress mac) {
        onHost.put(
                mac,
                new Device(
                        onHost.size() + 2,
                        "dev" + onHost.size(),
                        mac,
                        Optional.of(mac),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        1500,
                        1000,
                        0,
                        Map.of(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        0));
        DeviceEvent event = new DeviceEvent(DeviceEvent.Kind.ON_HOST, Optional.of(mac));
        listeners.forEach(listener -> listener.accept(event));
    }

    void unplug(MacAddress mac) {
        onHost.remove(mac);
    }

    void cannotBeCleaned(MacAddress mac) {
        dirty.add(mac);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return Optional.ofNullable(onHost.get(mac));
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline state, Duration timeout) {
        return new ReturnReport(
                onHost.containsKey(state.mac()) ? ReturnReport.Location.HOST : ReturnReport.Location.NOT_FOUND,
                List.of(),
                dirty.contains(state.mac()) ? List.of("qdisc htb") : List.of());
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Netns open(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return List.copyOf(onHost.values());
    }

    @Override
    public Optional<Device> find(DeviceBaseline state, Duration timeout) {
        return find(state.mac(), timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline state, Optional<Netns> netns, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
