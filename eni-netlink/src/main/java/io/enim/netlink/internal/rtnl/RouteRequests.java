// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import static io.enim.netlink.internal.wire.AddressMessage.AF_INET;
import static io.enim.netlink.internal.wire.AddressMessage.AF_INET6;

import io.enim.Cidr;
import io.enim.IpLiteral;
import io.enim.Route;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads routes and builds requests about them; adds to the main table only. */
public final class RouteRequests {
    /** How a gateway is reached. */
    public enum Reach {
        /** Through a subnet that a device has an address in. */
        SUBNET,
        /** Directly on the link, though no subnet contains it ({@code RTNH_F_ONLINK}). */
        ON_LINK
    }

    /** Begins the description of the request that adds one. */
    public static final String ADD = "add route";

    private static final int[] FAMILIES = {AF_INET, AF_INET6};

    private RouteRequests() {}

    /** Adds a route; if there is one to the same destination, the kernel refuses with EEXIST and keeps that one. */
    public static NetlinkRequest add(int index, Route added, Reach reach, String device) {
        return add(NetlinkOperation.ADD_ROUTE, index, added, reach, Attributes.builder(), device);
    }

    /** The same, used only where no route to the same destination has a lower metric than this. */
    public static NetlinkRequest addBehind(int metric, int index, Route added, Reach reach, String device) {
        Attributes.Builder attributes = Attributes.builder().u32(RouteMessage.RTA_PRIORITY, metric);
        return add(NetlinkOperation.ADD_ROUTE, index, added, reach, attributes, device);
    }

    /** As {@link #add}, on the link, for packets that leave from this address unless their sender chose one. */
    public static NetlinkRequest addFrom(
            NetlinkOperation operation, int index, Route added, InetAddress source, String device) {
        Attributes.Builder attributes = Attributes.builder().bytes(RouteMessage.RTA_PREFSRC, source.getAddress());
        return add(operation, index, added, Reach.ON_LINK, attributes, device);
    }

    /** As {@link #add}, on the link. */
    public static NetlinkRequest addOnLink(NetlinkOperation operation, int index, Route added, String device) {
        return add(operation, index, added, Reach.ON_LINK, Attributes.builder(), device);
    }

    private static NetlinkRequest add(
            NetlinkOperation operation,
            int index,
            Route added,
            Reach reach,
            Attributes.Builder attributes,
            String device) {
        Cidr destination = added.destination();
        Optional<InetAddress> gateway = added.gateway();
        if (destination.prefixLength() > 0) {
            attributes.bytes(RouteMessage.RTA_DST, destination.network().getAddress());
        }
        gateway.ifPresent(hop -> attributes.bytes(RouteMessage.RTA_GATEWAY, hop.getAddress()));
        attributes.u32(RouteMessage.RTA_OIF, index);
        RouteMessage route = new RouteMessage(
                AddressRequests.family(destination.network()),
                destination.prefixLength(),
                RouteMessage.RT_TABLE_MAIN,
                RouteMessage.RTPROT_STATIC,
                gateway.isPresent() ? RouteMessage.RT_SCOPE_UNIVERSE : AddressMessage.RT_SCOPE_LINK,
                RouteMessage.RTN_UNICAST,
                gateway.isPresent() && reach == Reach.ON_LINK ? RouteMessage.RTNH_F_ONLINK : 0,
                attributes.build());
        return new NetlinkRequest(
                operation,
                RouteMessage.RTM_NEWROUTE,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL,
                route,
                ADD + " to " + destination + via(gateway) + " by",
                device);
    }

    /** The routes of the main table, both families, that leave by this link. Takes no RTNL. */
    public static List<RouteMessage> by(NetlinkSocket socket, int index, Deadline deadline) {
        return atMost(Integer.MAX_VALUE, socket, index, deadline);
    }

    /** As {@link #by}; more than these of a family are an error (EMSGSIZE). */
    public static List<RouteMessage> atMost(int most, NetlinkSocket socket, int index, Deadline deadline) {
        Attributes filter = Attributes.builder()
                .u32(RouteMessage.RTA_TABLE, RouteMessage.RT_TABLE_MAIN)
                .u32(RouteMessage.RTA_OIF, index)
                .build();
        List<RouteMessage> candidates = new ArrayList<>();
        for (int family : FAMILIES) {
            // Kernels before 4.20 ignore the filter; a route over several devices passes it for any of them.
            unicast(most, socket, family, filter, deadline).stream()
                    .filter(route -> route.fullTable() == RouteMessage.RT_TABLE_MAIN)
                    .forEach(candidates::add);
        }
        return leavingBy(index, candidates, socket, deadline);
    }

    /** The routes of every table, both families, that leave by this link, also through nexthop objects. Takes no RTNL. */
    public static List<RouteMessage> byInAllTables(NetlinkSocket socket, int index, Deadline deadline) {
        List<RouteMessage> candidates = new ArrayList<>();
        for (int family : FAMILIES) {
            // Kernels before 4.20 ignore the filter; a route over several devices passes it for any of them.
            candidates.addAll(unicast(
                    Integer.MAX_VALUE,
                    socket,
                    family,
                    Attributes.builder().u32(RouteMessage.RTA_OIF, index).build(),
                    deadline));
        }
        return leavingBy(index, candidates, socket, deadline);
    }

    /** Whether a default route of any table leaves by another link than this. Reads all routes of the namespace. */
    public static boolean hasOtherDefault(NetlinkSocket socket, int index, Deadline deadline) {
        List<RouteMessage> defaults = new ArrayList<>();
        for (int family : FAMILIES) {
            unicast(Integer.MAX_VALUE, socket, family, Attributes.NONE, deadline).stream()
                    .filter(RouteRequests::isDefault)
                    .forEach(defaults::add);
        }
        return leavingBy(index, defaults, socket, deadline).size() < defaults.size();
    }

    /** With {@code net.ipv4.nexthop_compat_mode} off, a route shows only the id of its nexthop object. */
    private static List<RouteMessage> leavingBy(
            int index, List<RouteMessage> routes, NetlinkSocket socket, Deadline deadline) {
        Set<Integer> nexthops =
                routes.stream().anyMatch(route -> route.nexthop().isPresent())
                        ? NexthopRequests.leavingBy(socket, index, deadline)
                        : Set.of();
        return routes.stream()
                .filter(route -> route.devices().contains(index)
                        || route.nexthop().isPresent()
                                && nexthops.contains(route.nexthop().getAsInt()))
                .toList();
    }

    private static List<RouteMessage> unicast(
            int most, NetlinkSocket socket, int family, Attributes filter, Deadline deadline) {
        RouteMessage any = new RouteMessage(family, 0, 0, 0, 0, 0, 0, filter);
        NetlinkRequest request = new NetlinkRequest(
                NetlinkOperation.LIST_ROUTES, RouteMessage.RTM_GETROUTE, 0, any, "list routes", "of all tables");
        try {
            return socket.dump(most, request, RouteMessage.RTM_NEWROUTE, RouteMessage::decode, deadline).stream()
                    .filter(route -> route.type() == RouteMessage.RTN_UNICAST)
                    .toList();
        } catch (NetlinkException e) {
            // A namespace that never had a route of this family has no such table.
            if (e.is(Errno.ENOENT)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Whether this is a default route. */
    public static boolean isDefault(RouteMessage route) {
        return route.destinationLength() == 0;
    }

    public static Optional<Cidr> destination(RouteMessage route) {
        Optional<InetAddress> network = route.destination().map(AddressRequests::address);
        if (network.isEmpty() && isDefault(route)) {
            network = Optional.of(AddressRequests.address(new byte[route.family() == AF_INET ? 4 : 16]));
        }
        return network.map(address -> Cidr.containing(address, route.destinationLength()));
    }

    public static String describe(RouteMessage route) {
        String destination = destination(route).map(Cidr::toString).orElse("?");
        String table = route.fullTable() == RouteMessage.RT_TABLE_MAIN ? "" : " in table " + route.fullTable();
        return destination + via(route.gateway().map(AddressRequests::address)) + table;
    }

    private static String via(Optional<InetAddress> gateway) {
        return gateway.map(hop -> " via " + IpLiteral.format(hop)).orElse("");
    }
}
