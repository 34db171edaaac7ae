package io.enim.netlink;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine to test on: a home with ENIs, their far ends in a namespace that plays the cloud, and sandboxes. */
final class Stage implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final NetworkStage net = NetworkStage.open();
    final KernelDevices devices = KernelDevices.open();
    final NetworkNamespace home = net.home();
    final NetworkNamespace cloud;
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final List<String> names = new ArrayList<>();

    Stage() {
        cloud = newNamespace("cloud");
        cloud.addBridge("vpc");
        cloud.setUp("vpc");
    }

    /** A namespace that ends with the stage. */
    NetworkNamespace newNamespace(String prefix) {
        String name = prefix + NUMBER.incrementAndGet();
        NetworkNamespace made = net.create(name);
        names.add(name);
        open.push(made::close);
        return made;
    }

    /** Ends a namespace now, as far as this test holds it. */
    void end(NetworkNamespace namespace) {
        namespace.close();
        net.delete(namespace.path().getFileName().toString());
    }

    Netns enter(NetworkNamespace namespace) {
        Netns netns = devices.open(namespace.path());
        open.push(netns::close);
        return netns;
    }

    /** A device at home with a MAC of its own, its far end on the cloud's bridge. */
    Device newEni() {
        int number = NUMBER.incrementAndGet();
        return newEni("eni" + number, mac(number));
    }

    Device newEni(String name, MacAddress mac) {
        String far = "far" + NUMBER.incrementAndGet();
        home.addVeth(VethPair.between(name, far).withMac(mac).withPeerIn(cloud));
        cloud.attach(far, "vpc");
        cloud.setUp(far);
        return home.device(name).orElseThrow();
    }

    static MacAddress mac(int number) {
        return new MacAddress(0x0200_5e00_0000L + number);
    }

    static int nextNumber() {
        return NUMBER.incrementAndGet();
    }

    static LinkPlan plan(String name, int number) {
        return new LinkPlan(
                new InterfaceName(name),
                List.of(
                        EniAddress.parse("10.0.3." + number, "10.0.3.0/24", "10.0.3.1"),
                        EniAddress.parse("2001:db8::" + number, "2001:db8::/64", "2001:db8::1")),
                List.of(
                        Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.0.3.1")),
                        Route.via(Cidr.parse("::/0"), Cidr.parseAddress("2001:db8::1"))));
    }

    static LinkPlan bare(String name) {
        return new LinkPlan(new InterfaceName(name), List.of(), List.of());
    }

    /** Closes every namespace this stage opened; what has a name stays. */
    void letGo() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }

    private Optional<String> anyDevice() {
        return home.links().stream()
                .filter(link -> !link.has(LinkMessage.IFF_LOOPBACK))
                .map(Devices::name)
                .findFirst();
    }

    @Override
    public void close() {
        // Before their far ends go, which would take them along at a moment of the kernel's choosing.
        for (Optional<String> left = anyDevice(); left.isPresent(); left = anyDevice()) {
            home.deleteDevice(left.get());
        }
        letGo();
        names.forEach(net::delete);
        home.close();
        devices.close();
        net.close();
    }
}
