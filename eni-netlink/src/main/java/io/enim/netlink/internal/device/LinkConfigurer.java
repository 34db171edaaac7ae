package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.EniAddress;
import io.enim.Route;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a device in a namespace its addresses and routes, in one send. Repeating it changes nothing: what is there
 * already stays. Safe for concurrent use.
 */
final class LinkConfigurer {
    private final NetlinkSessions sessions;

    LinkConfigurer(NetlinkSessions kernel) {
        this.sessions = kernel;
    }

    void apply(Device device, Sandbox sandbox, LinkConfig plan, Deadline deadline) {
        List<NetlinkRequest> requests = requests(device, plan);
        BatchResult batchResult = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        if (batchResult.failures().stream().anyMatch(e -> e.is(Errno.EACCES)) && hasIpv6(plan)) {
            enableIpv6(device, sandbox, deadline);
            batchResult = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        }
        BatchResult answered = batchResult;
        if (!batchResult.failures().isEmpty()) {
            sandbox.withSocket(deadline, socket -> {
                requireAllPresent(answered, device, plan, socket, deadline);
                return answered;
            });
        }
    }

    static List<NetlinkRequest> requests(Device device, LinkConfig plan) {
        List<NetlinkRequest> requests = new ArrayList<>();
        String described = device.name() + " (" + device.identity() + ")";
        if (!device.up()) {
            requests.add(LinkRequests.setUp(device.ifindex(), described));
        }
        for (EniAddress address : plan.addresses()) {
            requests.add(AddressRequests.add(
                    device.ifindex(), address.address(), address.subnet().prefixLength(), described));
        }
        for (Route route : plan.routes()) {
            RouteRequests.Reach reach =
                    route.gateway().filter(hop -> !isInSubnet(hop, plan)).isPresent()
                            ? RouteRequests.Reach.ON_LINK
                            : RouteRequests.Reach.SUBNET;
            requests.add(RouteRequests.add(device.ifindex(), route.destination(), route.gateway(), reach, described));
        }
        return requests;
    }

    private static boolean isInSubnet(InetAddress hop, LinkConfig plan) {
        return plan.addresses().stream().anyMatch(address -> address.subnet().contains(hop));
    }

    private static boolean hasIpv6(LinkConfig plan) {
        return plan.addresses().stream().anyMatch(address -> AddressRequests.family(address.address()) == AF_INET6);
    }

    /** Runtimes that do not know of IPv6 switch it off in every namespace they make; for this one device it is on. */
    private void enableIpv6(Device device, Sandbox sandbox, Deadline deadline) {
        String file = "/proc/sys/net/ipv6/conf/" + device.name() + "/disable_ipv6";
        sessions.threads()
                .callInside(
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
    private static void requireAllPresent(
            BatchResult batchResult, Device device, LinkConfig plan, NetlinkSocket socket, Deadline deadline) {
        List<RouteMessage> present = RouteRequests.by(socket, device.ifindex(), deadline);
        List<NetlinkException> unsolved = new ArrayList<>();
        int firstRoute = batchResult.requests().size() - plan.routes().size();
        for (int i = 0; i < batchResult.requests().size(); i++) {
            boolean isThere = i >= firstRoute
                    && batchResult.acks().get(i).errno() == Errno.EEXIST.number()
                    && isPresent(plan.routes().get(i - firstRoute), present);
            if (!isThere) {
                batchResult.failure(i).ifPresent(unsolved::add);
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
                .anyMatch(route -> RouteRequests.destination(route)
                                .filter(wanted.destination()::equals)
                                .isPresent()
                        && route.gateway().map(AddressRequests::address).equals(wanted.gateway()));
    }

    /** Whether an address of the plan is among those of its device. */
    static boolean isPresent(EniAddress wanted, List<AddressMessage> present) {
        return present.stream()
                .anyMatch(address -> address.prefixLength() == wanted.subnet().prefixLength()
                        && address.local()
                                .map(AddressRequests::address)
                                .filter(wanted.address()::equals)
                                .isPresent());
    }
}
