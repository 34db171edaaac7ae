package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.rtnl.RuleRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.MessageBody;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.NexthopMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Configures devices as software of a stock host does: DHCP clients, network managers, policy routing daemons. */
final class HostSoftware {
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int CREATE = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;

    private final TestbedNamespace host;

    HostSoftware(TestbedNamespace host) {
        this.host = host;
    }

    private void execute(int type, MessageBody body, String what) {
        TestbedInternals.execute(host, new NetlinkRequest(NetlinkOperation.BUILD, type, CREATE, body, what, ""));
    }

    private int index(String name) {
        return TestbedInternals.link(host, name).index();
    }

    /** Brings a device up with an address. */
    void configure(String name, String address, int prefixLength) {
        host.setUp(name);
        host.addAddress(name, Cidr.parseAddress(address), prefixLength);
    }

    /** Adds a default route. */
    void addDefault(String name, String gateway, int table, int metric) {
        addDefault(
                gateway,
                table,
                Attributes.builder()
                        .bytes(
                                RouteMessage.RTA_GATEWAY,
                                Cidr.parseAddress(gateway).getAddress())
                        .u32(RouteMessage.RTA_OIF, index(name))
                        .u32(RTA_PRIORITY, metric));
    }

    /** Adds a default route that leaves where a nexthop object says. */
    void addDefaultThrough(int nexthop, String anyAddressOfTheFamily) {
        addDefault(
                anyAddressOfTheFamily,
                RouteMessage.RT_TABLE_MAIN,
                Attributes.builder().u32(RouteMessage.RTA_NH_ID, nexthop));
    }

    private void addDefault(String familyOf, int table, Attributes.Builder attributes) {
        attributes.u32(RouteMessage.RTA_TABLE, table);
        execute(
                RouteMessage.RTM_NEWROUTE,
                new RouteMessage(
                        family(familyOf),
                        0,
                        0,
                        RouteMessage.RTPROT_STATIC,
                        RouteMessage.RT_SCOPE_UNIVERSE,
                        RouteMessage.RTN_UNICAST,
                        0,
                        attributes.build()),
                "add default route");
    }

    /** Adds a default route that is spread over a device and another one, each by this gateway. */
    void addDefaultOver(String name, String otherName, String gateway) {
        byte[] hop = Cidr.parseAddress(gateway).getAddress();
        int length = 8 + 4 + hop.length; // struct rtnexthop with RTA_GATEWAY
        ByteBuffer hops = ByteBuffer.allocate(2 * length).order(ByteOrder.nativeOrder());
        for (String device : List.of(name, otherName)) {
            hops.putShort((short) length).putShort((short) 0).putInt(index(device));
            hops.putShort((short) (4 + hop.length))
                    .putShort((short) RouteMessage.RTA_GATEWAY)
                    .put(hop);
        }
        addDefault(gateway, RouteMessage.RT_TABLE_MAIN, Attributes.builder().bytes(RTA_MULTIPATH, hops.array()));
    }

    void addRule(String from, int table, int priority) {
        host.addRule(Cidr.parseAddress(from), table, priority);
    }

    List<String> rules() {
        return TestbedInternals.with(host, socket -> RuleRequests.all(socket, Deadline.after(TestHost.TIMEOUT)))
                .stream()
                .map(RuleRequests::describe)
                .toList();
    }

    /** Makes a nexthop object by a device. */
    void addNexthop(int id, String name, String gateway) {
        Attributes attributes = Attributes.builder()
                .u32(NexthopMessage.NHA_ID, id)
                .u32(NexthopMessage.NHA_OIF, index(name))
                .bytes(NexthopMessage.NHA_GATEWAY, Cidr.parseAddress(gateway).getAddress())
                .build();
        execute(NexthopMessage.RTM_NEWNEXTHOP, new NexthopMessage(family(gateway), attributes), "add nexthop");
    }

    /** Makes a group of nexthops. */
    void addNexthopGroup(int id, int... members) {
        ByteBuffer group = ByteBuffer.allocate(8 * members.length).order(ByteOrder.nativeOrder());
        for (int member : members) {
            group.putInt(member).putInt(0);
        }
        Attributes attributes = Attributes.builder()
                .u32(NexthopMessage.NHA_ID, id)
                .bytes(NexthopMessage.NHA_GROUP, group.array())
                .build();
        execute(NexthopMessage.RTM_NEWNEXTHOP, new NexthopMessage(0, attributes), "add nexthop group");
    }

    private static int family(String address) {
        return address.contains(":") ? AddressMessage.AF_INET6 : AddressMessage.AF_INET;
    }
}
