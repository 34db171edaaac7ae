package io.enim.netlink.testbed;

import io.enim.Cidr;
import io.enim.InterfaceName;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsHandle;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.QdiscRequests;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NeighbourMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.spi.Device;
import io.enim.spi.NamespaceId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One network namespace, open, and what can be built in it. Obtained from {@link NetworkTestbed}.
 *
 * <p>Safe for concurrent use; blocking and errors as {@link NetworkTestbed} says. Keeps the namespace alive until closed.
 * Devices are named by their names; a name that no device has is {@code ENODEV}.
 */
public final class TestbedNamespace implements AutoCloseable {
    private static final int CREATE = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;

    private final NetlinkSessions sessions;
    private final NetnsHandle file;

    TestbedNamespace(NetlinkSessions kernel, NetnsHandle file) {
        this.sessions = kernel;
        this.file = file;
    }

    public NetnsHandle file() {
        return file;
    }

    /** The path it was opened by. */
    public Path path() {
        return file.path();
    }

    /** What it is, whatever path shows it. */
    public NamespaceId id() {
        return with((socket, deadline) -> file.id(Native.namespaceCookie(socket.fd())));
    }

    /** The devices in it, loopback and others without an Ethernet address left out. */
    public List<Device> devices() {
        return links().stream().flatMap(link -> DeviceMapper.of(link).stream()).toList();
    }

    /** The device of this name; empty when there is none or it is no Ethernet device. */
    public Optional<Device> device(String name) {
        return with((socket, deadline) -> LinkRequests.byName(socket, name, deadline))
                .flatMap(DeviceMapper::of);
    }

    /** The other end of a cable, wherever it is; empty when there is no such cable, or its other end has no Ethernet MAC. */
    public Optional<Device> peer(String name) {
        return with((socket, deadline) -> LinkRequests.byName(socket, name, deadline)
                        .flatMap(end -> LinkRequests.peer(end, socket, deadline)))
                .flatMap(DeviceMapper::of);
    }

    public List<LinkMessage> links() {
        return with(LinkRequests::all);
    }

    /** Adds a cable. */
    public void addVeth(VethPair pair) {
        Optional<TestbedNamespace> other = pair.peerNamespace();
        if (other.isEmpty()) {
            addVeth(pair, Attributes.builder());
            return;
        }
        other.get().file.with(fd -> {
            addVeth(pair, Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd));
            return fd;
        });
    }

    private void addVeth(VethPair pair, Attributes.Builder peer) {
        peer.text(LinkMessage.IFLA_IFNAME, pair.peerName().value());
        pair.peerMac().ifPresent(mac -> peer.bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes()));
        Attributes.Builder own = Attributes.builder();
        pair.mac().ifPresent(mac -> own.bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes()));
        if (pair.mtu() > 0) {
            peer.u32(LinkMessage.IFLA_MTU, pair.mtu());
            own.u32(LinkMessage.IFLA_MTU, pair.mtu());
        }
        // The peer is a message of its own inside the data: struct ifinfomsg, then attributes (drivers/net/veth.c).
        byte[] peerMessage = concat(LinkMessage.of(0, Attributes.NONE).structure(), peer.build());
        Attributes data = Attributes.builder()
                .bytes(LinkMessage.VETH_INFO_PEER, peerMessage)
                .build();
        create(pair.name().value(), pair.ifindex(), "veth", data, own);
    }

    private static byte[] concat(byte[] structure, Attributes attributes) {
        byte[] rest = attributes.toBytes();
        byte[] both = Arrays.copyOf(structure, structure.length + rest.length);
        System.arraycopy(rest, 0, both, structure.length, rest.length);
        return both;
    }

    /** Adds a bridge. */
    public void addBridge(String name) {
        create(new InterfaceName(name).value(), 0, "bridge", Attributes.NONE, Attributes.builder());
    }

    /** Adds a macvlan device, in bridge mode, on top of another. */
    public void addMacvlan(String name, String lower) {
        Attributes data = Attributes.builder().u32(1, 4).build(); // IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE
        Attributes.Builder own = Attributes.builder().u32(LinkMessage.IFLA_LINK, index(lower));
        create(new InterfaceName(name).value(), 0, "macvlan", data, own);
    }

    /** Adds an 802.1Q VLAN device on top of another. */
    public void addVlan(String name, String lower, int id) {
        Attributes data = Attributes.builder().u16(1, id).build(); // IFLA_VLAN_ID
        Attributes.Builder own = Attributes.builder().u32(LinkMessage.IFLA_LINK, index(lower));
        create(new InterfaceName(name).value(), 0, "vlan", data, own);
    }

    private void create(String name, int ifindex, String kind, Attributes data, Attributes.Builder own) {
        Attributes.Builder info = Attributes.builder().text(LinkMessage.IFLA_INFO_KIND, kind);
        if (!data.equals(Attributes.NONE)) {
            info.nested(LinkMessage.IFLA_INFO_DATA, data);
        }
        own.text(LinkMessage.IFLA_IFNAME, name).nested(LinkMessage.IFLA_LINKINFO, info.build());
        LinkMessage link = LinkMessage.of(ifindex, own.build());
        execute(NetlinkRequest.link(
                NetlinkOperation.BUILD, LinkMessage.RTM_NEWLINK, CREATE, link, "add " + kind, name));
    }

    /** Deletes a device; hardware cannot be. */
    public void deleteDevice(String name) {
        execute(LinkRequests.delete(index(name), name));
    }

    /** Brings a device up. */
    public void setUp(String name) {
        execute(LinkRequests.setUp(index(name), name));
    }

    /** Takes a device down; its routes and IPv6 addresses go. */
    public void setDown(String name) {
        execute(LinkRequests.setDown(index(name), name));
    }

    /** Renames a device; kernels before 6.2 want it down. */
    public void rename(String name, String newName) {
        set(name, "rename to " + newName, Attributes.builder().text(LinkMessage.IFLA_IFNAME, newName));
    }

    /** Sets the current MAC. */
    public void setMac(String name, MacAddress mac) {
        set(name, "set MAC " + mac + " of", Attributes.builder().bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes()));
    }

    /** Sets the MTU, within the device's own range. */
    public void setMtu(String name, int bytes) {
        set(name, "set MTU " + bytes + " of", Attributes.builder().u32(LinkMessage.IFLA_MTU, bytes));
    }

    /** Sets the transmit queue's length. */
    public void setTxQueueLength(String name, int packets) {
        set(name, "set txqlen " + packets + " of", Attributes.builder().u32(LinkMessage.IFLA_TXQLEN, packets));
    }

    /** Sets the group; new devices are in group 0. */
    public void setGroup(String name, int group) {
        set(name, "set group " + group + " of", Attributes.builder().u32(LinkMessage.IFLA_GROUP, group));
    }

    /** Sets the alias; an empty one clears it. */
    public void setAlias(String name, String alias) {
        set(name, "set alias of", Attributes.builder().text(LinkMessage.IFLA_IFALIAS, alias));
    }

    /** Adds an alternative name. */
    public void addAlternativeName(String name, String alternative) {
        execute(LinkRequests.addAlternativeNames(index(name), List.of(alternative), name));
    }

    /** Makes a device a port of a bridge of this namespace. */
    public void attach(String name, String bridge) {
        set(name, "attach to " + bridge, Attributes.builder().u32(LinkMessage.IFLA_MASTER, index(bridge)));
    }

    /** Takes a device out of its bridge. */
    public void detach(String name) {
        set(name, "detach", Attributes.builder().u32(LinkMessage.IFLA_MASTER, 0));
    }

    /** Moves a device to another namespace, under its name, down. */
    public void moveTo(TestbedNamespace target, String name) {
        target.file.with(fd -> {
            set(name, "move to " + target.path(), Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd));
            return fd;
        });
    }

    /** Sets and clears {@code IFF_} flags of linux/if.h. */
    public void setFlags(String name, int flags, int change) {
        execute(LinkRequests.set(
                NetlinkOperation.BUILD, index(name), flags, change, Attributes.NONE, "set flags of", name));
    }

    public void set(String name, String operation, Attributes.Builder attributes) {
        execute(LinkRequests.set(NetlinkOperation.BUILD, index(name), 0, 0, attributes.build(), operation, name));
    }

    /** Gives a device an address, IPv6 without duplicate-address detection. One it has already stays. */
    public void addAddress(String name, InetAddress address, int prefixLength) {
        execute(AddressRequests.add(index(name), address, prefixLength, name));
    }

    /** The addresses of a device, each with its prefix length, like {@code 10.0.3.7/24}. */
    public List<String> addresses(String name) {
        return with((socket, deadline) -> AddressRequests.of(socket, index(name), deadline).stream()
                .map(AddressRequests::describe)
                .toList());
    }

    /** Adds a route to the main table; without a gateway, the destination is on the link. */
    public void addRoute(String name, Route route) {
        execute(RouteRequests.add(
                index(name), route.destination(), route.gateway(), RouteRequests.Reach.ON_LINK, name));
    }

    /** The destinations of the main table's routes by a device, each with its gateway, like {@code 0.0.0.0/0 via 10.0.3.1}. */
    public List<String> routes(String name) {
        return with((socket, deadline) -> RouteRequests.by(socket, index(name), deadline).stream()
                .map(RouteRequests::describe)
                .toList());
    }

    /** Whether a device has a route to exactly this destination. */
    public boolean hasRoute(String name, Cidr destination) {
        return with((socket, deadline) -> RouteRequests.by(socket, index(name), deadline).stream()
                .anyMatch(route -> RouteRequests.destination(route)
                        .filter(destination::equals)
                        .isPresent()));
    }

    /** Tells a device once and for all which MAC an address on its link has. One it knows already is replaced. */
    public void addNeighbour(String name, InetAddress address, MacAddress mac) {
        Attributes attributes = Attributes.builder()
                .bytes(NeighbourMessage.NDA_DST, address.getAddress())
                .bytes(NeighbourMessage.NDA_LLADDR, mac.toBytes())
                .build();
        NeighbourMessage neighbour = new NeighbourMessage(
                AddressRequests.family(address), index(name), NeighbourMessage.NUD_PERMANENT, 0, 0, attributes);
        execute(NetlinkRequest.neighbour(
                NetlinkOperation.BUILD,
                NeighbourMessage.RTM_NEWNEIGH,
                NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE,
                neighbour,
                "add neighbour " + IpLiteral.format(address) + " to",
                name));
    }

    /** Puts a queueing discipline without options on a device: {@code clsact}, or another one at its root. */
    public void addQdisc(String name, String kind) {
        int parent = kind.equals("clsact") ? QdiscMessage.TC_H_CLSACT : QdiscMessage.TC_H_ROOT;
        execute(QdiscRequests.add(index(name), parent, kind, name));
    }

    /** The kinds of the queueing disciplines that somebody put on a device. */
    public List<String> qdiscs(String name) {
        return with((socket, deadline) -> QdiscRequests.on(socket, index(name), deadline).stream()
                .map(qdisc -> qdisc.kind().orElse("?"))
                .toList());
    }

    private int index(String name) {
        return with((socket, deadline) -> InterfaceIoctls.index(socket, name))
                .orElseThrow(() -> new NetlinkException("look up", name, Errno.ENODEV, "in " + file.path()));
    }

    private interface Work<T> {
        T with(NetlinkSocket socket, Deadline deadline);
    }

    private <T> T with(Work<T> work) {
        Deadline deadline = Deadline.after(NetworkTestbed.TIMEOUT);
        Function<NetlinkSocket, T> bound = socket -> work.with(socket, deadline);
        return sessions.in(file, deadline, bound);
    }

    public void execute(NetlinkRequest netlinkRequest) {
        with((socket, deadline) -> {
            socket.execute(netlinkRequest, deadline);
            return netlinkRequest;
        });
    }

    /** Lets go of the namespace. Idempotent. */
    @Override
    public void close() {
        file.close();
    }
}
