package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine to test on: a home with ENIs, their far ends in a namespace that plays the cloud, and sandboxes. */
public final class TestHost implements AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final NetworkTestbed testbed = NetworkTestbed.open();
    public final LinuxNetworkDevices devices = LinuxNetworkDevices.open();
    public final TestbedNamespace host = testbed.host();
    final TestbedNamespace cloud;
    private final Deque<Runnable> openResources = new ArrayDeque<>();
    private final List<String> namespaceNames = new ArrayList<>();

    public TestHost() {
        cloud = newNamespace("cloud");
        cloud.addBridge("vpc");
        cloud.setUp("vpc");
    }

    /** A namespace that ends with the stage. */
    public TestbedNamespace newNamespace(String prefix) {
        String name = prefix + NUMBER.incrementAndGet();
        TestbedNamespace made = testbed.create(name);
        namespaceNames.add(name);
        openResources.push(made::close);
        return made;
    }

    /** Ends a namespace now, as far as this test holds it. */
    public void endNamespace(TestbedNamespace namespace) {
        namespace.close();
        testbed.delete(namespace.path().getFileName().toString());
    }

    public Netns openNetns(TestbedNamespace namespace) {
        Netns netns = devices.open(namespace.path());
        openResources.push(netns::close);
        return netns;
    }

    /** A device at home with a MAC of its own, its far end on the cloud's bridge. */
    public Device newEni() {
        int number = NUMBER.incrementAndGet();
        return newEni("eni" + number, mac(number));
    }

    Device newEni(String name, MacAddress mac) {
        String far = "far" + NUMBER.incrementAndGet();
        host.addVeth(VethPair.between(name, far).withMac(mac).withPeerIn(cloud));
        cloud.attach(far, "vpc");
        cloud.setUp(far);
        return host.device(name).orElseThrow();
    }

    static MacAddress mac(int number) {
        return new MacAddress(0x0200_5e00_0000L + number);
    }

    public static int nextNumber() {
        return NUMBER.incrementAndGet();
    }

    public static LinkConfig linkConfig(String name, int number) {
        return new LinkConfig(
                new InterfaceName(name),
                List.of(
                        EniAddress.parse("10.0.3." + number, "10.0.3.0/24", "10.0.3.1"),
                        EniAddress.parse("2001:db8::" + number, "2001:db8::/64", "2001:db8::1")),
                List.of(
                        Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.0.3.1")),
                        Route.via(Cidr.parse("::/0"), Cidr.parseAddress("2001:db8::1"))));
    }

    static LinkConfig bareLinkConfig(String name) {
        return new LinkConfig(new InterfaceName(name), List.of(), List.of());
    }

    /** Closes every namespace this stage opened; what has a name stays. */
    void closeNamespaces() {
        while (!openResources.isEmpty()) {
            openResources.pop().run();
        }
    }

    private Optional<String> anyDevice() {
        return host.links().stream()
                .filter(link -> !link.has(LinkMessage.IFF_LOOPBACK))
                .map(DeviceMapper::name)
                .findFirst();
    }

    @Override
    public void close() {
        // Before their far ends go, which would take them along at a moment of the kernel's choosing.
        for (Optional<String> left = anyDevice(); left.isPresent(); left = anyDevice()) {
            host.deleteDevice(left.get());
        }
        closeNamespaces();
        namespaceNames.forEach(testbed::delete);
        host.close();
        devices.close();
        testbed.close();
    }
}
