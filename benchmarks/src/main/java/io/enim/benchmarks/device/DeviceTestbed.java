package io.enim.benchmarks.device;

import io.enim.MacAddress;
import io.enim.netlink.NetworkNamespace;
import io.enim.netlink.NetworkStage;
import io.enim.netlink.VethPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The private namespaces that everything plays in. A device here is one end of a cable whose other end is in a namespace
 * that plays the cloud.
 */
public final class Ground implements AutoCloseable {
    private final NetworkStage stage = NetworkStage.open();
    private final NetworkNamespace home = stage.home();
    private final NetworkNamespace cloud = stage.create("cloud");
    private final AtomicInteger number = new AtomicInteger();

    /** Refuses to play where the machine's own devices are. */
    public Ground() {
        List<String> there =
                home.devices().stream().map(device -> device.name()).toList();
        if (!there.isEmpty() || !Files.isDirectory(Path.of("/run/netns"))) {
            throw new IllegalStateException("this namespace has devices " + there
                    + "; start it with benchmarks/run, which makes a private one");
        }
    }

    /** A device at home and the sandbox it is to go to. */
    public record Plot(String device, MacAddress mac, Path netns) {}

    /** A device with a sandbox of its own. */
    public Plot plot() {
        return plot(new MacAddress(0x0200_5e10_0000L + number.get() + 1));
    }

    /** A device with this MAC and a sandbox of its own. */
    public Plot plot(MacAddress mac) {
        int next = number.incrementAndGet();
        Path sandbox = sandbox("pod" + next);
        cable("plot" + next, mac, next);
        return new Plot("plot" + next, mac, sandbox);
    }

    private void cable(String name, MacAddress mac, int far) {
        home.addVeth(VethPair.between(name, "far" + far).withMac(mac).withPeerIn(cloud));
        cloud.setUp("far" + far);
    }

    /** A namespace with loopback up. */
    public Path sandbox(String name) {
        try (NetworkNamespace made = stage.create(name)) {
            return made.path();
        }
    }

    /** Adds as many more devices at home, and namespaces with nothing in them, as are missing to this many. */
    public void crowd(int have, int want) {
        for (int i = have; i < want; i++) {
            sandbox("crowd" + i);
            cable("crowd" + i, new MacAddress(0x0200_5e20_0000L + i), 1_000_000 + i);
        }
    }

    /** Whether a device of this MAC is at home. */
    public boolean isHome(MacAddress mac) {
        return home.devices().stream().anyMatch(device -> device.identity().equals(mac));
    }

    @Override
    public void close() {
        home.close();
        cloud.close();
        stage.close();
    }
}
