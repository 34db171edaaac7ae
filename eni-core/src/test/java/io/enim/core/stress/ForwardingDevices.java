package io.enim.core.stress;

import io.enim.CheckReport.Difference;
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
import java.util.Optional;
import java.util.function.Consumer;

/** Passes every call on. */
public abstract class ForwardingDevices implements NetworkDevices {
    private final NetworkDevices devices;

    protected ForwardingDevices(NetworkDevices devices) {
        this.devices = devices;
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return devices.moveIn(device, netns, config, timeout);
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        devices.configure(device, netns, config, timeout);
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        return devices.returnToHost(baseline, netns, timeout);
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return devices.restoreOnHost(baseline, timeout);
    }

    @Override
    public Netns open(Path path) {
        return devices.open(path);
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return devices.hostDevices(timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return devices.find(mac, timeout);
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return devices.find(baseline, timeout);
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return devices.find(mac, netns, timeout);
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        return devices.awaitOnHost(mac, timeout);
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        return devices.inspect(mac, netns, config, timeout);
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
