package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.Route;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** What a tenant with all capabilities in its namespace does to its device, which is {@code eth0} there. */
final class TenantActions {
    /** All that a new device does not have; the kernel ignores those that a tenant cannot set. */
    private static final int FLAGS = ~(LinkMessage.IFF_UP | LinkMessage.IFF_MULTICAST);

    private static final int[] LIMITS = {
        LinkMessage.IFLA_GSO_MAX_SIZE,
        LinkMessage.IFLA_GSO_MAX_SEGS,
        LinkMessage.IFLA_GRO_MAX_SIZE,
        LinkMessage.IFLA_GSO_IPV4_MAX_SIZE,
        LinkMessage.IFLA_GRO_IPV4_MAX_SIZE
    };

    /** The name that the device has at last. */
    static final String LAST_NAME = "hidden";

    private final TestbedNamespace pod;

    TenantActions(TestbedNamespace pod) {
        this.pod = pod;
    }

    /** A change a tenant makes; one that this kernel or these capabilities refuse is skipped and printed. */
    interface Action {
        void run() throws IOException;
    }

    /** Does them in order; returns how many took effect. */
    static int countApplied(Map<String, Action> actions) {
        int done = 0;
        for (Map.Entry<String, Action> action : actions.entrySet()) {
            try {
                action.getValue().run();
                done++;
            } catch (NetlinkException | IOException e) {
                System.out.println("a hostile tenant cannot " + action.getKey() + " here: " + e.getMessage());
            }
        }
        return done;
    }

    /** All it can change on its device, which is renamed at last. */
    Map<String, Action> onDevice(Topology topology) {
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("add an address", () -> pod.addAddress("eth0", Cidr.parseAddress("192.0.2.66"), 24));
        actions.put("add an IPv6 address", () -> pod.addAddress("eth0", Cidr.parseAddress("2001:db8:66::66"), 64));
        Route route = Route.via(Cidr.parse("198.51.100.0/24"), Cidr.parseAddress("10.0.3.66"));
        actions.put("add a route", () -> pod.addRoute("eth0", route));
        actions.put(
                "add a neighbour",
                () -> TestbedInternals.addNeighbour(pod, "eth0", Cidr.parseAddress("10.0.3.1"), TestHost.mac(66)));
        actions.put("add clsact", () -> pod.addQdisc("eth0", "clsact"));
        actions.put("filter what comes in", () -> filter(0xfffffff2));
        actions.put("filter what goes out", () -> filter(0xfffffff3));
        actions.put("put a qdisc at the root", () -> pod.addQdisc("eth0", "pfifo"));
        for (TenantProgram program : TenantProgram.values()) {
            actions.put("attach " + program, () -> program.attach(pod, "eth0"));
        }
        actions.put("set txqlen", () -> pod.setTxQueueLength("eth0", 6));
        actions.put("set the group", () -> pod.setGroup("eth0", 66));
        actions.put("add an alternative name", () -> pod.addAlternativeName("eth0", "planted"));
        actions.put("add a long alternative name", () -> pod.addAlternativeName("eth0", "planted-" + "x".repeat(90)));
        // An older kernel ignores some of these.
        Attributes known = TestbedInternals.link(pod, "eth0").attributes();
        IntStream.of(LIMITS)
                .filter(known::has)
                .forEach(type -> actions.put(
                        "set IFLA " + type, () -> set(Attributes.builder().u32(type, 6000 + type))));
        actions.put("set the link mode", () -> set(Attributes.builder().u8(LinkMessage.IFLA_LINKMODE, 1)));
        actions.put("set the state", () -> set(Attributes.builder().u8(LinkMessage.IFLA_OPERSTATE, 5)));
        byte[] broadcast = TestHost.mac(66).toBytes();
        actions.put(
                "set the broadcast address",
                () -> set(Attributes.builder().bytes(LinkMessage.IFLA_BROADCAST, broadcast)));
        actions.put("set proto_down", () -> set(Attributes.builder().u8(39, 1)));
        Attributes generation =
                Attributes.nest(10, Attributes.builder().u8(8, 1)); // IFLA_INET6_ADDR_GEN_MODE of AF_INET6
        actions.put(
                "set the address generation mode",
                () -> set(Attributes.builder().nested(26, generation)));
        actions.put("set flags", () -> TestbedInternals.setFlags(pod, "eth0", FLAGS, ~LinkMessage.IFF_UP));
        actions.put("set sysctls", () -> NamespaceRunner.run(pod, TenantActions::sysctls));
        actions.put(
                "invert features",
                () -> TestbedInternals.with(pod, socket -> EthtoolCommands.invertFeatures(socket, "eth0")));
        if (topology == Topology.BRIDGED) {
            actions.put("bridge it", () -> {
                pod.addBridge("br0");
                pod.attach("eth0", "br0");
            });
        } else {
            actions.put("stack a macvlan", () -> pod.addMacvlan("mv0", "eth0"));
            actions.put("stack a vlan", () -> pod.addVlan("vlan5", "eth0", 5));
        }
        actions.put("set the MTU", () -> pod.setMtu("eth0", 1280));
        actions.put("set the MAC", () -> {
            pod.setDown("eth0");
            pod.setMac("eth0", TestHost.mac(666_666));
        });
        actions.put("rename it", () -> pod.rename("eth0", LAST_NAME));
        actions.put("bring it up", () -> pod.setUp(LAST_NAME));
        return actions;
    }

    private void set(Attributes.Builder attributes) {
        TestbedInternals.set(pod, "eth0", "spoil", attributes);
    }

    /** Drops all IPv4: a u32 filter whose one key matches everything. */
    private void filter(int parent) {
        int index = pod.device("eth0").orElseThrow().ifindex();
        byte[] selector = new byte[16 + 16]; // struct tc_u32_sel with one struct tc_u32_key
        selector[0] = 1; // TC_U32_TERMINAL
        selector[2] = 1; // nkeys
        Attributes.Builder options = Attributes.builder().bytes(5, selector).u32(1, 0x10001); // _SEL and _CLASSID
        Attributes.Builder kind = Attributes.builder().text(QdiscMessage.TCA_KIND, "u32");
        Attributes filter = kind.nested(2, options.build()).build(); // TCA_OPTIONS
        int priorityAndProtocol = 10 << 16 | 0x0008; // ETH_P_IP in network order
        QdiscMessage message = new QdiscMessage(index, 0, parent, priorityAndProtocol, filter);
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
        int newFilter = 44; // RTM_NEWTFILTER
        TestbedInternals.execute(
                pod, new NetlinkRequest(NetlinkOperation.BUILD, newFilter, flags, message, "add filter to", "eth0"));
    }

    private static void sysctls() throws IOException {
        for (String setting : new String[] {
            "ipv4/conf/eth0/proxy_arp=1",
            "ipv4/conf/eth0/rp_filter=2",
            "ipv4/conf/eth0/arp_ignore=8",
            "ipv4/conf/eth0/forwarding=1",
            "ipv4/neigh/eth0/gc_stale_time=6",
            "ipv6/conf/eth0/accept_ra=2",
            "ipv6/conf/eth0/accept_dad=0",
            "ipv6/conf/eth0/hop_limit=6",
            "ipv6/conf/eth0/stable_secret=2001:db8::66",
            "ipv6/neigh/eth0/ucast_solicit=6"
        }) {
            String[] parts = setting.split("=");
            Files.writeString(Path.of("/proc/sys/net", parts[0]), parts[1]);
        }
    }

    /** A device has either a master or devices stacked on it. */
    enum Topology {
        STACKED,
        BRIDGED
    }
}
