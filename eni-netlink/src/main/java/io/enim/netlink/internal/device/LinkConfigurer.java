// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.EniAddress;
import io.enim.Route;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.netns.NetworkSettings;
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
import java.util.Optional;

/**
 * Adds addresses and routes to a device in a namespace, in one send. Repeating it changes nothing: what is present is
 * kept. Safe for concurrent use.
 */
final class LinkConfigurer {
    /** Behind every default route that has the metric of its family: a device adds its index, so that those differ. */
    private static final int BEHIND_OTHERS = 2048;

    private LinkConfigurer() {}

    static void apply(Device device, Sandbox sandbox, LinkConfig config, Deadline deadline) {
        List<NetlinkRequest> requests = requests(device, config);
        BatchResult first = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        if (first.failures().isEmpty()) {
            return;
        }
        boolean isIpv6Off = first.failures().stream().anyMatch(e -> e.is(Errno.EACCES))
                && config.addresses().stream().anyMatch(each -> AddressRequests.family(each.address()) == AF_INET6);
        if (isIpv6Off) {
            enableIpv6(device, sandbox, deadline);
        }
        sandbox.withSocket(deadline, socket -> {
            BatchResult result = isIpv6Off ? socket.transact(requests, deadline) : first;
            if (!result.failures().isEmpty()) {
                addWhatIsMissing(result, device, config, socket, deadline);
            }
            return result;
        });
    }

    static List<NetlinkRequest> requests(Device device, LinkConfig config) {
        List<NetlinkRequest> requests = new ArrayList<>();
        String described = describe(device);
        config.mtu().stream()
                .filter(mtu -> mtu != device.mtu())
                .forEach(mtu -> requests.add(LinkRequests.setMtu(device.ifindex(), mtu, described)));
        if (!device.up()) {
            requests.add(LinkRequests.setUp(device.ifindex(), described));
        }
        for (EniAddress address : config.addresses()) {
            requests.add(AddressRequests.add(
                    device.ifindex(), address.address(), address.subnet().prefixLength(), described));
        }
        for (Route route : config.routes()) {
            requests.add(RouteRequests.add(device.ifindex(), route, reach(route, config), described));
        }
        return requests;
    }

    private static RouteRequests.Reach reach(Route route, LinkConfig config) {
        return route.gateway().filter(hop -> !isInSubnet(hop, config)).isPresent()
                ? RouteRequests.Reach.ON_LINK
                : RouteRequests.Reach.SUBNET;
    }

    private static String describe(Device device) {
        return device.name() + " (" + device.identity() + ")";
    }

    private static boolean isInSubnet(InetAddress hop, LinkConfig config) {
        return config.addresses().stream().anyMatch(address -> address.subnet().contains(hop));
    }

    /** Some runtimes disable IPv6 in every namespace they create; this enables it for the one device. */
    private static void enableIpv6(Device device, Sandbox sandbox, Deadline deadline) {
        String file = NetworkSettings.ofIpv6(device.name(), "disable_ipv6");
        sandbox.callInside(deadline, () -> {
            Native.writeFile(file, "0".getBytes(StandardCharsets.US_ASCII));
            return file;
        });
    }

    /**
     * The kernel refuses a route with EEXIST when there is one to its destination by any device. If that is the requested
     * route, it counts as added; if not, it is another device's and is not replaced: a default route is added behind it, as that
     * of the second interface of a container.
     */
    private static void addWhatIsMissing(
            BatchResult result, Device device, LinkConfig config, NetlinkSocket socket, Deadline deadline) {
        List<RouteMessage> present = RouteRequests.by(socket, device.ifindex(), deadline);
        List<Optional<NetlinkException>> unsolved = new ArrayList<>();
        List<NetlinkRequest> behind = new ArrayList<>();
        int firstRoute = result.refusals().size() - config.routes().size();
        for (int i = 0; i < result.refusals().size(); i++) {
            Optional<NetlinkException> failure = result.failure(i);
            Optional<Route> existing = failure.filter(e -> e.is(Errno.EEXIST)).isPresent() && i >= firstRoute
                    ? Optional.of(config.routes().get(i - firstRoute))
                    : Optional.empty();
            boolean isOthers =
                    existing.filter(route -> !isPresent(route, present)).isPresent();
            boolean isDefault = existing.filter(route -> route.destination().prefixLength() == 0)
                    .isPresent();
            if (isOthers && isDefault) {
                behind.add(RouteRequests.addBehind(
                        BEHIND_OTHERS + device.ifindex(),
                        device.ifindex(),
                        existing.get(),
                        reach(existing.get(), config),
                        describe(device)));
            }
            unsolved.add(failure.filter(e -> existing.isEmpty() || isOthers && !isDefault));
        }
        new BatchResult(unsolved).requireSuccess();
        socket.transact(behind, deadline).requireSuccess();
    }

    /** Whether a requested route is among those by the device. */
    static boolean isPresent(Route wanted, List<RouteMessage> present) {
        return present.stream()
                .anyMatch(route -> RouteRequests.destination(route)
                                .filter(wanted.destination()::equals)
                                .isPresent()
                        && route.gateway().map(AddressRequests::address).equals(wanted.gateway()));
    }

    /** Whether a requested address is among those of the device. */
    static boolean isPresent(EniAddress wanted, List<AddressMessage> present) {
        return present.stream()
                .anyMatch(address -> address.prefixLength() == wanted.subnet().prefixLength()
                        && address.local()
                                .map(AddressRequests::address)
                                .filter(wanted.address()::equals)
                                .isPresent());
    }
}
