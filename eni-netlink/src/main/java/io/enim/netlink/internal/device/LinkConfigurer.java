package io.enim.netlink;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.EniAddress;
import io.enim.Route;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkPlan;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a device in a namespace its addresses and routes, in one send. Repeating it changes nothing: what is there
 * already stays. Safe for concurrent use.
 */
final class Configuration {
    private final Kernel kernel;

    Configuration(Kernel kernel) {
        this.kernel = kernel;
    }

    void apply(Device device, Sandbox sandbox, LinkPlan plan, Deadline deadline) {
        List<Request> requests = requests(device, plan);
        Batch batch = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        if (batch.failures().stream().anyMatch(e -> e.is(Errno.EACCES)) && hasIpv6(plan)) {
            allowIpv6(device, sandbox, deadline);
            batch = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        }
        Batch answered = batch;
        if (!batch.failures().isEmpty()) {
            sandbox.withSocket(deadline, socket -> {
                requireAllThere(answered, device, plan, socket, deadline);
                return answered;
            });
        }
    }

    static List<Request> requests(Device device, LinkPlan plan) {
        List<Request> requests = new ArrayList<>();
        String described = device.name() + " (" + device.identity() + ")";
        if (!device.up()) {
            requests.add(Links.setUp(device.ifindex(), described));
        }
        for (EniAddress address : plan.addresses()) {
            requests.add(Addresses.add(
                    device.ifindex(), address.address(), address.subnet().prefixLength(), described));
        }
        for (Route route : plan.routes()) {
            Routes.Reach reach =
                    route.gateway().filter(hop -> !isInSubnet(hop, plan)).isPresent()
                            ? Routes.Reach.ON_LINK
                            : Routes.Reach.SUBNET;
            requests.add(Routes.add(device.ifindex(), route.destination(), route.gateway(), reach, described));
        }
        return requests;
    }

    private static boolean isInSubnet(InetAddress hop, LinkPlan plan) {
        return plan.addresses().stream().anyMatch(address -> address.subnet().contains(hop));
    }

    private static boolean hasIpv6(LinkPlan plan) {
        return plan.addresses().stream().anyMatch(address -> Addresses.family(address.address()) == AF_INET6);
    }

    /** Runtimes that do not know of IPv6 switch it off in every namespace they make; for this one device it is on. */
    private void allowIpv6(Device device, Sandbox sandbox, Deadline deadline) {
        String file = "/proc/sys/net/ipv6/conf/" + device.name() + "/disable_ipv6";
        kernel.threads()
                .inside(
                        sandbox.file(),
                        () -> {
                            // /proc/sys/net shows the namespace of the thread that opens it.
                            Native.writeFile(file, "0".getBytes(StandardCharsets.US_ASCII));
                            return file;
                        },
                        deadline);
    }

    /**
     * A route that is there already is refused with EEXIST, whichever device it leaves by. If it is the one that was
     * wanted, all is well; if not, it is another's and is not replaced.
     */
    private static void requireAllThere(
            Batch batch, Device device, LinkPlan plan, NetlinkSocket socket, Deadline deadline) {
        List<RouteMessage> present = Routes.by(socket, device.ifindex(), deadline);
        List<NetlinkException> unsolved = new ArrayList<>();
        int firstRoute = batch.requests().size() - plan.routes().size();
        for (int i = 0; i < batch.requests().size(); i++) {
            boolean isThere = i >= firstRoute
                    && batch.acks().get(i).errno() == Errno.EEXIST.number()
                    && isPresent(plan.routes().get(i - firstRoute), present);
            if (!isThere) {
                batch.failure(i).ifPresent(unsolved::add);
            }
        }
        if (!unsolved.isEmpty()) {
            NetlinkException first = unsolved.get(0);
            unsolved.subList(1, unsolved.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Whether a route of the plan is among those that leave by its device. */
    static boolean isPresent(Route wanted, List<RouteMessage> present) {
        return present.stream()
                .anyMatch(route -> Routes.destination(route)
                                .filter(wanted.destination()::equals)
                                .isPresent()
                        && route.gateway().map(Addresses::address).equals(wanted.gateway()));
    }

    /** Whether an address of the plan is among those of its device. */
    static boolean isPresent(EniAddress wanted, List<AddressMessage> present) {
        return present.stream()
                .anyMatch(address -> address.prefixLength() == wanted.subnet().prefixLength()
                        && address.local()
                                .map(Addresses::address)
                                .filter(wanted.address()::equals)
                                .isPresent());
    }
}
