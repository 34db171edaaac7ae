package io.enim.core.stress;

import io.enim.MacAddress;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows the oracle what is done to devices. Mending at home is not shown: it may meet an ADD, which it cannot disturb. */
final class WatchedDevices extends ForwardingDevices {
    private final Promises promises;

    WatchedDevices(NetworkDevices devices, Promises promises) {
        super(devices);
        this.promises = promises;
    }

    private <T> T inHand(MacAddress mac, String what, Supplier<T> call) {
        promises.takesInHand(mac, what);
        try {
            return call.get();
        } finally {
            promises.letsGo(mac);
        }
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        promises.movesIn(device.identity(), netns.path());
        return inHand(device.identity(), "moveIn", () -> super.moveIn(device, netns, plan, timeout));
    }

    @Override
    public void configure(Device device, Netns netns, LinkPlan plan, Duration timeout) {
        inHand(device.identity(), "configure", () -> {
            super.configure(device, netns, plan, timeout);
            return true;
        });
    }

    @Override
    public Homecoming bringHome(HomeState home, Optional<Netns> netns, Duration timeout) {
        promises.bringsHome(home.mac());
        return inHand(home.mac(), "bringHome", () -> super.bringHome(home, netns, timeout));
    }
}
