package io.enim.core.internal.pool;

import io.enim.CheckReport;
import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Devices at home, by MAC: as much as the pool asks about. */
final class TestDevices implements NetworkDevices {
    private final Map<MacAddress, Device> home = new ConcurrentHashMap<>();
    private final Set<MacAddress> dirty = ConcurrentHashMap.newKeySet();
    private final List<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();

    void plug(MacAddress mac) {
        home.put(
                mac,
                new Device(
                        home.size() + 2,
                        "dev" + home.size(),
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
        DeviceEvent event = new DeviceEvent(DeviceEvent.Kind.AT_HOME, Optional.of(mac));
        listeners.forEach(listener -> listener.accept(event));
    }

    void unplug(MacAddress mac) {
        home.remove(mac);
    }

    void cannotBeCleaned(MacAddress mac) {
        dirty.add(mac);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return Optional.ofNullable(home.get(mac));
    }

    @Override
    public Homecoming cleanAtHome(HomeState state, Duration timeout) {
        return new Homecoming(
                home.containsKey(state.mac()) ? Homecoming.Place.HOME : Homecoming.Place.NOWHERE,
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
    public List<Device> home(Duration timeout) {
        return List.copyOf(home.values());
    }

    @Override
    public Optional<Device> find(HomeState state, Duration timeout) {
        return find(state.mac(), timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Device await(MacAddress mac, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void configure(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkPlan plan, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Homecoming bringHome(HomeState state, Optional<Netns> netns, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
