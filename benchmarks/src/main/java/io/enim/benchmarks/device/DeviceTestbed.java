// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.MacAddress;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The private namespaces that the benchmarks run in. A device here is one end of a veth pair whose other end is in a
 * namespace that stands for the cloud.
 */
public final class DeviceTestbed implements AutoCloseable {
    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final TestbedNamespace host = testbed.host();
    private final TestbedNamespace cloud = testbed.create("cloud");
    private final AtomicInteger number = new AtomicInteger();

    /** Refuses a namespace that has the machine's own devices. */
    public DeviceTestbed() {
        List<String> present =
                host.devices().stream().map(device -> device.name()).toList();
        if (!present.isEmpty() || !Files.isDirectory(Path.of("/run/netns"))) {
            throw new IllegalStateException("this namespace has devices " + present
                    + "; start it with benchmarks/run, which creates a private one");
        }
    }

    /** A device on the host and the sandbox it moves to. */
    public record Slot(String device, MacAddress mac, Path netns) {}

    public Slot newSlot() {
        return newSlot(new MacAddress(0x0200_5e10_0000L + number.get() + 1));
    }

    /** A device with this MAC and a sandbox of its own. */
    public Slot newSlot(MacAddress mac) {
        int next = number.incrementAndGet();
        addVeth("slot" + next, mac, next);
        return new Slot("slot" + next, mac, sandbox("pod" + next));
    }

    /** A device on the host whose other end has this address, as the gateway of an ENI; the namespace of that end. */
    public Path addDevice(String name, InetAddress gateway, int prefixLength) {
        String far = "far" + number.incrementAndGet();
        host.addVeth(VethPair.between(name, far).withPeerIn(cloud));
        cloud.addAddress(far, gateway, prefixLength);
        cloud.setUp(far);
        return cloud.path();
    }

    private void addVeth(String name, MacAddress mac, int far) {
        host.addVeth(VethPair.between(name, "far" + far).withMac(mac).withPeerIn(cloud));
        cloud.setUp("far" + far);
    }

    private Path sandbox(String name) {
        try (TestbedNamespace created = testbed.create(name)) {
            return created.path();
        }
    }

    /** Adds further idle devices on the host, and as many empty namespaces, up to this number. */
    void addIdleDevices(int from, int to) {
        for (int i = from; i < to; i++) {
            sandbox("idle" + i);
            addVeth("idle" + i, new MacAddress(0x0200_5e20_0000L + i), 1_000_000 + i);
        }
    }

    @Override
    public void close() {
        host.close();
        cloud.close();
        testbed.close();
    }
}
