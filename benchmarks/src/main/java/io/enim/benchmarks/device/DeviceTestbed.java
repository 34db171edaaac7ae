package io.enim.benchmarks.device;

import io.enim.MacAddress;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The private namespaces that everything plays in. A device here is one end of a cable whose other end is in a namespace
 * that plays the cloud.
 */
public final class DeviceTestbed implements AutoCloseable {
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final TestbedNamespace host = stage.host();
    private final TestbedNamespace cloud = stage.create("cloud");
    private final AtomicInteger number = new AtomicInteger();

    /** Refuses to play where the machine's own devices are. */
    public DeviceTestbed() {
        List<String> there =
                host.devices().stream().map(device -> device.name()).toList();
        if (!there.isEmpty() || !Files.isDirectory(Path.of("/run/netns"))) {
            throw new IllegalStateException("this namespace has devices " + there
                    + "; start it with benchmarks/run, which makes a private one");
        }
    }

    /** A device at home and the sandbox it is to go to. */
    public record Slot(String device, MacAddress mac, Path netns) {}

    /** A device with a sandbox of its own. */
    public Slot newSlot() {
        return newSlot(new MacAddress(0x0200_5e10_0000L + number.get() + 1));
    }

    /** A device with this MAC and a sandbox of its own. */
    public Slot newSlot(MacAddress mac) {
        int next = number.incrementAndGet();
        Path sandbox = sandbox("pod" + next);
        cable("plot" + next, mac, next);
        return new Slot("plot" + next, mac, sandbox);
    }

    private void cable(String name, MacAddress mac, int far) {
        host.addVeth(VethPair.between(name, "far" + far).withMac(mac).withPeerIn(cloud));
        cloud.setUp("far" + far);
    }

    /** A namespace with loopback up. */
    public Path sandbox(String name) {
        try (TestbedNamespace made = stage.create(name)) {
            return made.path();
        }
    }

    /** Adds as many more devices at home, and namespaces with nothing in them, as are missing to this many. */
    public void addIdleDevices(int have, int want) {
        for (int i = have; i < want; i++) {
            sandbox("crowd" + i);
            cable("crowd" + i, new MacAddress(0x0200_5e20_0000L + i), 1_000_000 + i);
        }
    }

    /** Whether a device of this MAC is at home. */
    public boolean isOnHost(MacAddress mac) {
        return host.devices().stream().anyMatch(device -> device.identity().equals(mac));
    }

    @Override
    public void close() {
        host.close();
        cloud.close();
        stage.close();
    }
}
