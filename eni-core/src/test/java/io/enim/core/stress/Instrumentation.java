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

/** Shows the oracle what the provider and the devices are asked and answer: its public methods replace theirs. */
final class Instrumentation {
    private final StressOracle oracle;
    private volatile EniProvider provider;
    private volatile NetworkDevices devices;

    Instrumentation(StressOracle oracle) {
        this.oracle = oracle;
    }

    EniProvider around(EniProvider seen) {
        provider = seen;
        return Overriding.methods(EniProvider.class, seen, this);
    }

    /** Tells of calls that change devices, but not of repairs on the host, which an ADD can overtake. */
    NetworkDevices around(NetworkDevices seen) {
        devices = seen;
        return Overriding.methods(NetworkDevices.class, seen, this);
    }

    public Eni allocateNextEni(Endpoint endpoint) {
        oracle.entersProvider(endpoint);
        try {
            Eni eni = provider.allocateNextEni(endpoint);
            oracle.claimed(endpoint, eni);
            return eni;
        } finally {
            oracle.leavesProvider(endpoint);
        }
    }

    public void deallocateEni(Endpoint endpoint) {
        oracle.entersProvider(endpoint);
        try {
            // Before the call: from its start on, another endpoint may get the ENI.
            oracle.releaseBegins(endpoint);
            provider.deallocateEni(endpoint);
        } finally {
            oracle.leavesProvider(endpoint);
        }
    }

    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        oracle.moveInBegins(device.identity(), netns.path());
        return during(device.identity(), "moveIn", () -> devices.moveIn(device, netns, config, timeout));
    }

    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        during(device.identity(), "configure", () -> {
            devices.configure(device, netns, config, timeout);
            return true;
        });
    }

    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        oracle.returnsToHost(baseline.mac());
        return during(baseline.mac(), "returnToHost", () -> devices.returnToHost(baseline, netns, timeout));
    }

    private <T> T during(MacAddress mac, String what, Supplier<T> call) {
        oracle.deviceCallBegins(mac, what);
        try {
            return call.get();
        } finally {
            oracle.deviceCallEnds(mac);
        }
    }
}
