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

/** Shows the oracle what is done to devices. Mending at home is not shown: it may meet an ADD, which it cannot disturb. */
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
    public Device moveIn(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        oracle.moveInBegins(device.identity(), netns.path());
        return during(device.identity(), "moveIn", () -> super.moveIn(device, netns, plan, timeout));
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig plan, Duration timeout) {
        during(device.identity(), "configure", () -> {
            super.configure(device, netns, plan, timeout);
            return true;
        });
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline home, Optional<Netns> netns, Duration timeout) {
        oracle.returnsToHost(home.mac());
        return during(home.mac(), "returnToHost", () -> super.returnToHost(home, netns, timeout));
    }
}
