// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.testbed;

import io.enim.Cidr;
import io.enim.InterfaceName;
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
import io.enim.netlink.internal.rtnl.VethRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.netlink.internal.wire.RuleMessage;
import io.enim.spi.Device;
import io.enim.spi.NamespaceId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One open network namespace, and the devices, addresses and routes that can be built in it. Obtained from {@link
 * NetworkTestbed}.
 *
 * <p>Safe for concurrent use; blocking and errors as in {@link NetworkTestbed}. Keeps the namespace alive until closed.
 * Devices are given by name; a name that no device has fails with {@code ENODEV},
 * except in {@link #deleteDevice}.
 */
public final class TestbedNamespace implements AutoCloseable {
    private static final int CREATE = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;

    private final NetlinkSessions sessions;
    private final NetnsHandle file;

    TestbedNamespace(NetlinkSessions sessions, NetnsHandle file) {
        this.sessions = sessions;
        this.file = file;
    }

    NetnsHandle file() {
        return file;
    }

    /** The path it was opened by. */
    public Path path() {
        return file.path();
    }

    /** Its identity, the same by any path. */
    public NamespaceId id() {
        return with((socket, deadline) -> file.id(Native.namespaceCookie(socket.fd())));
    }

    /** Its devices, without loopback and others that have no Ethernet address. */
    public List<Device> devices() {
        return links().stream().flatMap(link -> DeviceMapper.of(link).stream()).toList();
    }

    /** The device of this name; empty when there is none or it is no Ethernet device. */
    public Optional<Device> device(String name) {
        return with((socket, deadline) -> LinkRequests.byName(socket, name, deadline))
                .flatMap(DeviceMapper::of);
    }

    /** The other end of a veth pair, in any namespace; empty when there is no such pair. */
    public Optional<Device> peer(String name) {
        return with((socket, deadline) -> LinkRequests.byName(socket, name, deadline)
                        .flatMap(end -> LinkRequests.peer(end, socket, deadline)))
                .flatMap(DeviceMapper::of);
    }

    List<LinkMessage> links() {
        return with(LinkRequests::all);
    }

    public void addVeth(VethPair pair) {
        pair.peerNamespace().orElse(this).file.with(fd -> {
            addVeth(pair, Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, fd));
            return fd;
        });
    }

    private void addVeth(VethPair pair, Attributes.Builder peer) {
        peer.text(LinkMessage.IFLA_IFNAME, pair.peerName().value());
        String name = pair.name().value();
        Attributes.Builder own = Attributes.builder().text(LinkMessage.IFLA_IFNAME, name);
        pair.mac().ifPresent(mac -> own.bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes()));
        execute(VethRequests.add(
                NetlinkOperation.BUILD,
                LinkMessage.of(pair.ifindex(), own.build()),
                LinkMessage.of(0, peer.build()),
                "add veth",
                name));
    }

    public void addBridge(String name) {
        create(new InterfaceName(name).value(), "bridge", Attributes.builder(), Attributes.builder());
    }

    /** Adds a macvlan device, in bridge mode, on top of another. */
    public void addMacvlan(String name, String lower) {
        addStacked(name, lower, "macvlan", Attributes.builder().u32(1, 4)); // IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE
    }

    /** Adds an 802.1Q VLAN device on top of another. */
    public void addVlan(String name, String lower, int id) {
        addStacked(name, lower, "vlan", Attributes.builder().u16(1, id)); // IFLA_VLAN_ID
    }

    void addStacked(String name, String lower, String kind, Attributes.Builder data) {
        Attributes.Builder own = Attributes.builder().u32(LinkMessage.IFLA_LINK, index(lower));
        create(new InterfaceName(name).value(), kind, data, own);
    }

    private void create(String name, String kind, Attributes.Builder data, Attributes.Builder own) {
        Attributes.Builder info = Attributes.builder()
                .text(LinkMessage.IFLA_INFO_KIND, kind)
                .nested(LinkMessage.IFLA_INFO_DATA, data.build());
        own.text(LinkMessage.IFLA_IFNAME, name).nested(LinkMessage.IFLA_LINKINFO, info.build());
        LinkMessage link = LinkMessage.of(0, own.build());
        execute(new NetlinkRequest(NetlinkOperation.BUILD, LinkMessage.RTM_NEWLINK, CREATE, link, "add " + kind, name));
    }

    /** Deletes a device. One that does not exist, for example because it ended with its other end, is no error. */
    public void deleteDevice(String name) {
        try {
            execute(LinkRequests.delete(index(name), name));
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    public void setUp(String name) {
        execute(LinkRequests.setUp(index(name), name));
    }

    /** Takes a device down, which removes its routes and IPv6 addresses. */
    public void setDown(String name) {
        execute(LinkRequests.setDown(index(name), name));
    }

    /** Renames a device; kernels before 6.2 require it to be down. */
    public void rename(String name, String newName) {
        set(name, "rename to " + newName, Attributes.builder().text(LinkMessage.IFLA_IFNAME, newName));
    }

    public void setMac(String name, MacAddress mac) {
        set(name, "set MAC " + mac + " of", Attributes.builder().bytes(LinkMessage.IFLA_ADDRESS, mac.toBytes()));
    }

    /** Sets the MTU, within the device's own range. */
    public void setMtu(String name, int bytes) {
        set(name, "set MTU " + bytes + " of", Attributes.builder().u32(LinkMessage.IFLA_MTU, bytes));
    }

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

    public void addAlternativeName(String name, String alternative) {
        execute(LinkRequests.addAlternativeName(index(name), alternative, name));
    }

    /** Makes a device a port of a bridge of this namespace. */
    public void attach(String name, String bridge) {
        set(name, "attach to " + bridge, Attributes.builder().u32(LinkMessage.IFLA_MASTER, index(bridge)));
    }

    /** Removes a device from its bridge. */
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

    void set(String name, String operation, Attributes.Builder attributes) {
        LinkMessage link = LinkMessage.of(index(name), attributes.build());
        execute(LinkRequests.set(NetlinkOperation.BUILD, link, operation, name));
    }

    /** Adds an address to a device, IPv6 without duplicate-address detection. One it has already is kept. */
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
        execute(RouteRequests.add(index(name), route, RouteRequests.Reach.ON_LINK, name));
    }

    /** Makes packets from an address use a table. */
    public void addRule(InetAddress from, int table, int priority) {
        byte[] source = from.getAddress();
        int family = AddressRequests.family(from);
        Attributes attributes = Attributes.builder()
                .bytes(RuleMessage.FRA_SRC, source)
                .u32(RuleMessage.FRA_TABLE, table)
                .u32(RuleMessage.FRA_PRIORITY, priority)
                .build();
        RuleMessage rule =
                new RuleMessage(family, 0, source.length * 8, 0, 0, RuleMessage.FR_ACT_TO_TBL, 0, attributes);
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        execute(new NetlinkRequest(
                NetlinkOperation.BUILD, RuleMessage.RTM_NEWRULE, flags, rule, "add rule from", from.getHostAddress()));
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

    /** Installs a queueing discipline without options on a device: {@code clsact}, or another kind at its root. */
    public void addQdisc(String name, String kind) {
        int parent = kind.equals("clsact") ? QdiscMessage.TC_H_CLSACT : QdiscMessage.TC_H_ROOT;
        execute(QdiscRequests.add(index(name), parent, kind, name));
    }

    int index(String name) {
        return with((socket, deadline) -> InterfaceIoctls.index(socket, name))
                .orElseThrow(() -> new NetlinkException("look up", name, Errno.ENODEV, "in " + file.path()));
    }

    <T> T with(BiFunction<NetlinkSocket, Deadline, T> work) {
        Deadline deadline = Deadline.after(NetworkTestbed.TIMEOUT);
        return sessions.in(file, deadline, socket -> work.apply(socket, deadline));
    }

    NetlinkSocket openSocket() {
        return sessions.openIn(file, Deadline.after(NetworkTestbed.TIMEOUT));
    }

    void execute(NetlinkRequest request) {
        with((socket, deadline) -> {
            socket.execute(request, deadline);
            return request;
        });
    }

    /** Closes its descriptor. Idempotent. */
    @Override
    public void close() {
        file.close();
    }
}
