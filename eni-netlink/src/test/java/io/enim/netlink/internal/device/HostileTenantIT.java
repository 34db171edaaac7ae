package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.PrintableText;
import io.enim.Route;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.sys.KernelText;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A tenant with all capabilities in its namespace changes all it can on its device, at once. The next tenant sees what
 * the first one saw, line by line.
 */
@PrivateNamespaces
class HostileTenantIT {
    /** All that a new device does not have; the kernel ignores those that a tenant cannot set. */
    private static final int FLAGS = ~(LinkMessage.IFF_UP | LinkMessage.IFF_MULTICAST);

    private static final int[] LIMITS = {
        LinkMessage.IFLA_GSO_MAX_SIZE,
        LinkMessage.IFLA_GSO_MAX_SEGS,
        LinkMessage.IFLA_GRO_MAX_SIZE,
        LinkMessage.IFLA_GSO_IPV4_MAX_SIZE,
        LinkMessage.IFLA_GRO_IPV4_MAX_SIZE
    };

    @AutoClose
    private final TestHost testHost = new TestHost();

    private final Device eni = testHost.newEni();
    private final DeviceBaseline baseline =
            testHost.find(eni.mac()).orElseThrow().baseline();
    private SortedMap<String, String> fresh;

    /** The present tenant's. */
    private TestbedNamespace pod;

    private Netns netns;

    @BeforeEach
    void build() throws IOException {
        moveIn("first");
        fresh = settledView();
        assertThat(fresh).as("the kernel's dumps").hasSizeGreaterThan(150);
        assertThat(returnToHost().isVerified()).isTrue();
    }

    private void moveIn(String tenant) throws IOException {
        pod = testHost.newNamespace(tenant);
        netns = testHost.openNetns(pod);
        // The link's own address is in use at once, not after a second or two of looking for duplicates.
        NamespaceRunner.run(pod, () -> {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/dad_transmits"), "0");
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/router_solicitation_delay"), "0");
        });
        testHost.connect(eni, netns, TestHost.linkConfig("eth0", 7));
    }

    private ReturnReport returnToHost() {
        return testHost.returnToHost(baseline, netns);
    }

    /** After the kernel has brought up the link and its IPv6 addresses and has solicited a router. */
    private SortedMap<String, String> settledView() {
        return await().until(
                        () -> TenantSnapshot.of(pod, "eth0"),
                        view -> TenantSnapshot.showsAddressesInUse(view)
                                && view.equals(TenantSnapshot.of(pod, "eth0")));
    }

    /** The next tenant is an ADD: features take RTNL to read, so they are read at its lookup, not at the return. */
    private void assertReturnsFresh(ReturnReport back) throws IOException {
        assertThat(back.unresolved()).isEmpty();
        assertThat(testHost.host.device(eni.name())).contains(eni);
        Device found = testHost.find(eni.mac()).orElseThrow();
        assertThat(baseline.differences(found))
                .allSatisfy(difference -> assertThat(difference).startsWith("features_"));
        assertThat(testHost.restoreOnHost(baseline).unresolved()).isEmpty();
        moveIn("next");
        await("the next tenant's view")
                .untilAsserted(() -> assertThat(TenantSnapshot.differences(fresh, TenantSnapshot.of(pod, "eth0")))
                        .isEmpty());
    }

    /** A change a tenant makes; one that this kernel or these capabilities refuse is skipped and printed. */
    private interface TenantAction {
        void run() throws IOException;
    }

    private static int countApplied(Map<String, TenantAction> actions) {
        int done = 0;
        for (Map.Entry<String, TenantAction> action : actions.entrySet()) {
            try {
                action.getValue().run();
                done++;
            } catch (NetlinkException | IOException e) {
                System.out.println("a hostile tenant cannot " + action.getKey() + " here: " + e.getMessage());
            }
        }
        return done;
    }

    private Map<String, TenantAction> allActions(Topology topology) {
        Map<String, TenantAction> actions = new LinkedHashMap<>();
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
        actions.put("set sysctls", () -> NamespaceRunner.run(pod, HostileTenantIT::sysctls));
        actions.put("invert features", () -> TestbedInternals.with(pod, EthtoolCommands::invertFeatures));
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
        actions.put("rename it", () -> pod.rename("eth0", "hidden"));
        actions.put("bring it up", () -> pod.setUp("hidden"));
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

    @ParameterizedTest
    @EnumSource
    void p13_afterAHostileTenantsDelTheNextOneSeesAFreshDevice(Topology topology) throws IOException {
        moveIn("hostile");
        int done = countApplied(allActions(topology));
        assertThat(done).as("actions this kernel allows").isGreaterThan(25);
        assertReturnsFresh(returnToHost());
    }

    @ParameterizedTest
    @EnumSource
    void p13_afterAHostileTenantsDeathTheNextOneSeesAFreshDevice(Topology topology) throws IOException {
        moveIn("hostile");
        countApplied(allActions(topology));
        // As the kernel does when a namespace ends: stacked devices are deleted, the device returns to the host
        // unchanged.
        TestbedInternals.links(pod).stream()
                .map(LinkMessage::name)
                .filter(List.of("mv0", "vlan5", "br0")::contains)
                .forEach(pod::deleteDevice);
        pod.moveTo(testHost.host, "hidden");
        assertReturnsFresh(testHost.restoreOnHost(baseline));
    }

    /** The kernel bounds the list of names at 64 KiB: with all of them a message of the link has 67 KiB. */
    private void addLongNames() {
        for (int i = 0; i < 490; i++) {
            pod.addAlternativeName("eth0", "n%05d".formatted(i) + "x".repeat(121));
        }
    }

    @Test
    void p13_p18_namesThatMakeALongMessageAreRemovedByTheDel() throws IOException {
        moveIn("hostile");
        addLongNames();
        assertReturnsFresh(returnToHost());
    }

    @Test
    void p13_p18_namesThatMakeALongMessageHideNoDeviceOfAnother() throws IOException {
        Device other = testHost.newEni();
        moveIn("hostile");
        addLongNames();
        pod.moveTo(testHost.host, "eth0");
        assertThat(testHost.find(other.mac())).isPresent();
        try (LinuxNetworkDevices restarted = LinuxNetworkDevices.open(NetlinkFailPoint.NONE)) {
            assertThat(restarted.find(other.mac(), TestHost.TIMEOUT)).isPresent();
        }
        assertReturnsFresh(testHost.restoreOnHost(baseline));
    }

    @Test
    void p1_p2_aLookAlikeBesideTheRenamedDeviceIsNotReturned() throws IOException {
        moveIn("hostile");
        pod.setDown("eth0");
        pod.rename("eth0", "eth0-nic");
        pod.setMac("eth0-nic", TestHost.mac(666_667));
        pod.addBridge("k6t-eth0");
        pod.attach("eth0-nic", "k6t-eth0");
        pod.addBridge("eth0");
        pod.setMac("eth0", eni.mac());
        TestbedNamespace hostile = pod;
        assertReturnsFresh(returnToHost());
        assertThat(hostile.device("eth0")).isPresent();
    }

    /** 0xff and 0xc3 alone are no UTF-8; a line break and an escape sequence are what a log reader acts on. */
    @Test
    void p13_p18_namesAndAliasesOfAnyBytesAreRemovedAndShownEscaped() throws IOException {
        moveIn("hostile");
        byte[] name = {'p', (byte) 0xff, (byte) 0xc3, 'q'};
        pod.addAlternativeName("eth0", KernelText.decode(name, name.length));
        pod.setAlias("eth0", "x\n2026-01-01T00:00:00Z INFO gc: all is well\u001b[2J");
        ReturnReport back = returnToHost();
        assertThat(back.repaired())
                .anySatisfy(line -> assertThat(line).contains("p\\udcff\\udcc3q"))
                .anySatisfy(line -> assertThat(line).contains("x\\u000a2026").contains("\\u001b[2J"))
                .allSatisfy(line -> assertThat(line).isEqualTo(PrintableText.of(line)));
        assertReturnsFresh(back);
    }

    /** Only a device without a permanent MAC, which every cloud's has, can be made unrecognizable. */
    @Test
    void p2_aVirtualDeviceWithNeitherItsMacNorItsAliasIsNotGuessed() throws IOException {
        moveIn("hostile");
        pod.setAlias("eth0", "mine");
        pod.setMac("eth0", TestHost.mac(666_666));
        ReturnReport back = returnToHost();
        assertThat(back.isVerified()).isFalse();
        assertThat(back.foundIn()).isEqualTo(ReturnReport.Location.NOT_FOUND);
    }

    /** Otherwise the comparison above would be empty for a snapshot that misses changes. */
    @ParameterizedTest
    @EnumSource
    void theSnapshotShowsEachAction(Topology topology) throws IOException {
        moveIn("hostile");
        for (Map.Entry<String, TenantAction> action : allActions(topology).entrySet()) {
            if (action.getKey().equals("rename it")) {
                break;
            }
            SortedMap<String, String> before = TenantSnapshot.of(pod, "eth0");
            if (countApplied(Map.of(action.getKey(), action.getValue())) == 1
                    && !action.getKey().startsWith("stack")) {
                assertThat(TenantSnapshot.differences(before, TenantSnapshot.of(pod, "eth0")))
                        .as(action.getKey())
                        .isNotEmpty();
            }
        }
    }
}
