// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

import io.enim.CheckReport.Difference;
import io.enim.MacAddress;
import io.enim.benchmarks.gc.SteadyCloud;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import io.enim.spi.UpperDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The devices of the steady cloud's ENIs, on the host for ever. A question costs the same however many there are. */
final class SteadyDevices implements NetworkDevices {
    private static final ReturnReport ON_HOST = new ReturnReport(Location.HOST, List.of(), List.of());

    private final Map<MacAddress, Device> devices = new HashMap<>();
    private final Runnable onCheck;

    /**
     * Devices for so many ENIs.
     *
     * @param onCheck called whenever one was checked after an endpoint had it
     */
    SteadyDevices(int count, Runnable onCheck) {
        this.onCheck = onCheck;
        for (int i = 0; i < count; i++) {
            MacAddress mac = SteadyCloud.mac(i);
            devices.put(mac, device(mac, i));
        }
    }

    private static Device device(MacAddress mac, int i) {
        return new Device(
                i + 2,
                "eni" + i,
                mac,
                Optional.of(mac),
                Optional.empty(),
                Optional.of("pci/" + i),
                false,
                1500,
                1000,
                0,
                Map.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                0);
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return List.copyOf(devices.values());
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return Optional.ofNullable(devices.get(mac));
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return find(baseline.mac(), timeout);
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        return find(mac, timeout).orElseThrow();
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return ON_HOST;
    }

    @Override
    public UpperDevices upperDevices(MacAddress mac, Duration timeout) {
        onCheck.run();
        return UpperDevices.NONE;
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return () -> {};
    }

    @Override
    public Netns open(Path path) {
        throw noSandbox();
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        throw noSandbox();
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        throw noSandbox();
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        throw noSandbox();
    }

    @Override
    public List<Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        throw noSandbox();
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        throw noSandbox();
    }

    private static UnsupportedOperationException noSandbox() {
        return new UnsupportedOperationException("the endpoints of this benchmark have no sandbox");
    }

    @Override
    public void close() {}
}
