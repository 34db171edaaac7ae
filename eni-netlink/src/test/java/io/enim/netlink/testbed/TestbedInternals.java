package io.enim.netlink.testbed;

import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.QdiscRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NeighbourMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/** What tests of this module do in a namespace beyond the published testbed. */
public final class TestbedInternals {
    private static final int RTM_DELROUTE = 25;

    private TestbedInternals() {}

    public static NetnsHandle file(TestbedNamespace namespace) {
        return namespace.file();
    }

    public static List<LinkMessage> links(TestbedNamespace namespace) {
        return namespace.links();
    }

    public static LinkMessage link(TestbedNamespace namespace, String name) {
        return namespace.links().stream()
                .filter(link -> link.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Works with a socket inside. */
    public static <T> T with(TestbedNamespace namespace, Function<NetlinkSocket, T> work) {
        return namespace.with((socket, deadline) -> work.apply(socket));
    }

    /** A socket inside, which keeps the namespace alive until it is closed. */
    public static NetlinkSocket openSocket(TestbedNamespace namespace) {
        return namespace.openSocket();
    }

    /** Sets attributes of a device. */
    public static void set(TestbedNamespace namespace, String name, String description, Attributes.Builder attributes) {
        namespace.set(name, description, attributes);
    }

    /** Sets and clears {@code IFF_} flags of linux/if.h. */
    public static void setFlags(TestbedNamespace namespace, String name, int flags, int change) {
        LinkMessage link = LinkMessage.of(namespace.index(name), flags, change, Attributes.NONE);
        execute(namespace, LinkRequests.set(NetlinkOperation.BUILD, link, "set flags of", name));
    }

    public static void execute(TestbedNamespace namespace, NetlinkRequest request) {
        namespace.execute(request);
    }

    /** Adds a permanent neighbour, or replaces it. */
    public static void addNeighbour(TestbedNamespace namespace, String name, InetAddress address, MacAddress mac) {
        Attributes attributes = Attributes.builder()
                .bytes(NeighbourMessage.NDA_DST, address.getAddress())
                .bytes(NeighbourMessage.NDA_LLADDR, mac.toBytes())
                .build();
        int family = AddressRequests.family(address);
        NeighbourMessage neighbour =
                new NeighbourMessage(family, namespace.index(name), NeighbourMessage.NUD_PERMANENT, 0, 0, attributes);
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        int type = NeighbourMessage.RTM_NEWNEIGH;
        execute(
                namespace,
                new NetlinkRequest(NetlinkOperation.BUILD, type, flags, neighbour, "add neighbour to", name));
    }

    /** Adds a route on the link, for packets from this address. */
    public static void addRouteFrom(TestbedNamespace namespace, String name, Route route, InetAddress source) {
        int index = namespace.index(name);
        execute(namespace, RouteRequests.addFrom(NetlinkOperation.BUILD, index, route, source, name));
    }

    /** Removes every route of the main table that leaves by a device. */
    public static void removeRoutes(TestbedNamespace namespace, String name) {
        List<RouteMessage> routes =
                namespace.with((socket, deadline) -> RouteRequests.by(socket, namespace.index(name), deadline));
        routes.forEach(route -> execute(
                namespace,
                new NetlinkRequest(NetlinkOperation.BUILD, RTM_DELROUTE, 0, route, "remove route by", name)));
    }

    /** Adds a device of any kind on top of another; the data are the kind's own attributes. */
    public static void addStacked(
            TestbedNamespace namespace, String name, String lower, String kind, Attributes.Builder data) {
        namespace.addStacked(name, lower, kind, data);
    }

    /** The kinds of the queueing disciplines installed on a device, without the kernel's own. */
    public static List<String> qdiscs(TestbedNamespace namespace, String name) {
        return namespace.with((socket, deadline) -> QdiscRequests.on(socket, namespace.index(name), deadline).stream()
                .map(qdisc -> qdisc.kind().orElse("?"))
                .toList());
    }
}
