package io.enim.core.stress;

import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells the oracle of calls that change devices, but not of repairs on the host, which an ADD can overtake. */
final class InstrumentedDevices extends ForwardingDevices {
    private final StressOracle oracle;

    InstrumentedDevices(NetworkDevices devices, StressOracle promises) {
        super(devices);
        this.oracle = promises;
    }

    private <T> T during(MacAddress mac, String what, Supplier<T> call) {
        oracle.deviceCallBegins(mac, what);
        try {
            return call.get();
        } finally {
            oracle.deviceCallEnds(mac);
        }
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        oracle.moveInBegins(device.identity(), netns.path());
        return during(device.identity(), "moveIn", () -> super.moveIn(device, netns, config, timeout));
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        during(device.identity(), "configure", () -> {
            super.configure(device, netns, config, timeout);
            return true;
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        oracle.returnsToHost(baseline.mac());
        return during(baseline.mac(), "returnToHost", () -> super.returnToHost(baseline, netns, timeout));
    }
}
