package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.MacAddress;
import io.enim.core.Overriding;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows the oracle which calls to provider and devices are under way: its public methods replace theirs. */
final class CallOrder {
    private final StressOracle oracle;
    private volatile EniProvider provider;
    private volatile NetworkDevices devices;

    CallOrder(StressOracle oracle) {
        this.oracle = oracle;
    }

    EniProvider around(EniProvider called) {
        provider = called;
        return Overriding.methods(EniProvider.class, called, this);
    }

    /** Not of repairs on the host, which an ADD can overtake. */
    NetworkDevices around(NetworkDevices called) {
        devices = called;
        return Overriding.methods(NetworkDevices.class, called, this);
    }

    public Eni allocateNextEni(Endpoint endpoint) {
        return of(endpoint, () -> provider.allocateNextEni(endpoint));
    }

    public void deallocateEni(Endpoint endpoint) {
        of(endpoint, () -> {
            provider.deallocateEni(endpoint);
            return true;
        });
    }

    private <T> T of(Endpoint endpoint, Supplier<T> call) {
        oracle.entersProvider(endpoint);
        try {
            return call.get();
        } finally {
            oracle.leavesProvider(endpoint);
        }
    }

    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return of(device.identity(), "moveIn", () -> devices.moveIn(device, netns, config, timeout));
    }

    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        of(device.identity(), "configure", () -> {
            devices.configure(device, netns, config, timeout);
            return true;
        });
    }

    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        return of(baseline.mac(), "returnToHost", () -> devices.returnToHost(baseline, netns, timeout));
    }

    private <T> T of(MacAddress mac, String what, Supplier<T> call) {
        oracle.deviceCallBegins(mac, what);
        try {
            return call.get();
        } finally {
            oracle.deviceCallEnds(mac);
        }
    }
}
