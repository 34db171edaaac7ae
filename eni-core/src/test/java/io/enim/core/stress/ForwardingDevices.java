package io.enim.core.stress;

import io.enim.CheckReport.Difference;
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
import java.util.Optional;
import java.util.function.Consumer;

/** Passes every call on. */
public abstract class ForwardingDevices implements NetworkDevices {
    private final NetworkDevices devices;

    protected ForwardingDevices(NetworkDevices devices) {
        this.devices = devices;
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        return devices.moveIn(device, netns, plan, timeout);
    }

    @Override
    public void configure(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        devices.configure(device, netns, plan, timeout);
    }

    @Override
    public Homecoming bringHome(HomeState home, Optional<Netns> netns, Duration timeout) {
        return devices.bringHome(home, netns, timeout);
    }

    @Override
    public Homecoming cleanAtHome(HomeState home, Duration timeout) {
        return devices.cleanAtHome(home, timeout);
    }

    @Override
    public Netns open(Path path) {
        return devices.open(path);
    }

    @Override
    public List<Device> home(Duration timeout) {
        return devices.home(timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return devices.find(mac, timeout);
    }

    @Override
    public Optional<Device> find(HomeState home, Duration timeout) {
        return devices.find(home, timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return devices.find(mac, netns, timeout);
    }

    @Override
    public Device await(MacAddress mac, Duration timeout) {
        return devices.await(mac, timeout);
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkPlan plan, Duration timeout) {
        return devices.inspect(mac, netns, plan, timeout);
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return devices.watch(listener);
    }

    @Override
    public void close() {
        devices.close();
    }
}
