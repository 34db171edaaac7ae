package io.enim.netlink.internal.device;

import io.enim.CheckReport;
import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A host to test on: its ENIs, their far ends in a namespace that stands for the cloud, and sandboxes. */
public final class TestHost implements AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final NetworkTestbed testbed = NetworkTestbed.open();
    public final LinuxNetworkDevices devices = LinuxNetworkDevices.open(NetlinkFailPoint.NONE);
    public final TestbedNamespace host = testbed.host();
    final TestbedNamespace cloud;
    private final Deque<Runnable> openResources = new ArrayDeque<>();
    private final List<String> namespaceNames = new ArrayList<>();
    private final List<MacAddress> nics = new ArrayList<>();

    public TestHost() {
        cloud = newNamespace("cloud");
        cloud.addBridge("vpc");
        cloud.setUp("vpc");
    }

    /** A namespace that ends with this test host. */
    public TestbedNamespace newNamespace(String prefix) {
        String name = prefix + NUMBER.incrementAndGet();
        TestbedNamespace created = testbed.create(name);
        namespaceNames.add(name);
        openResources.push(created::close);
        return created;
    }

    /** Closes a namespace and deletes its name. */
    public void endNamespace(TestbedNamespace namespace) {
        namespace.close();
        testbed.delete(namespace.path().getFileName().toString());
    }

    public Netns openNetns(TestbedNamespace namespace) {
        Netns netns = devices.open(namespace.path());
        openResources.push(netns::close);
        return netns;
    }

    /** A device on the host with a MAC of its own, its far end on the cloud's bridge. */
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

    /** A NIC on the host, on one cable with all others and with the cloud's bridge. */
    Device newNic() {
        if (nics.isEmpty()) {
            // The kernel gives the next NIC the name that this one leaves behind.
            String uplink = "uplink" + NUMBER.incrementAndGet();
            host.rename(plugIn().name(), uplink);
            host.moveTo(cloud, uplink);
            cloud.attach(uplink, "vpc");
            cloud.setUp(uplink);
            openResources.push(() -> cloud.moveTo(host, uplink));
        }
        return plugIn();
    }

    private Device plugIn() {
        Device nic = CloudNic.plugIn(mac(NUMBER.incrementAndGet()), host);
        nics.add(nic.identity());
        return nic;
    }

    public Optional<Device> find(MacAddress mac) {
        return devices.find(mac, TIMEOUT);
    }

    public Device moveIn(Device eni, Netns netns, LinkConfig config) {
        return devices.moveIn(eni, netns, config, TIMEOUT);
    }

    public void configure(Device inside, Netns netns, LinkConfig config) {
        devices.configure(inside, netns, config, TIMEOUT);
    }

    /** Moves a device in and configures it. */
    public Device connect(Device eni, Netns netns, LinkConfig config) {
        Device inside = moveIn(eni, netns, config);
        configure(inside, netns, config);
        return inside;
    }

    List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig config) {
        return devices.inspect(mac, netns, config, TIMEOUT);
    }

    public ReturnReport returnToHost(DeviceBaseline baseline, Netns... netns) {
        return devices.returnToHost(baseline, Stream.of(netns).findFirst(), TIMEOUT);
    }

    ReturnReport restoreOnHost(DeviceBaseline baseline) {
        return devices.restoreOnHost(baseline, TIMEOUT);
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

    /** Closes every namespace that was opened here; those with a name stay. */
    void closeNamespaces() {
        while (!openResources.isEmpty()) {
            openResources.pop().run();
        }
    }

    private Optional<String> anyDevice() {
        return TestbedInternals.links(host).stream()
                .filter(link -> link.kind().isPresent())
                .map(LinkMessage::name)
                .findFirst();
    }

    @Override
    public void close() {
        // Before their far ends, with which the kernel would delete them at some later moment.
        for (Optional<String> device = anyDevice(); device.isPresent(); device = anyDevice()) {
            host.deleteDevice(device.get());
        }
        closeNamespaces();
        namespaceNames.forEach(testbed::delete);
        nics.forEach(CloudNic::takeOut);
        host.close();
        devices.close();
        testbed.close();
    }
}
