package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.testing.PrivateNamespaces;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class MoveIT {
    /**
     * Statistics, changes of carrier, and {@code IFLA_AF_SPEC}: the IPv4 and IPv6 side of a device, with its sysctls and
     * counters, which each move makes anew.
     */
    private static final Set<Integer> NOT_COMPARED = Set.of(7, 23, 26, 35, 47, 48);

    @AutoClose
    private final TestHost testHost = new TestHost();

    @Test
    void movesInRenamesAndBringsUpInOneMessage() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        long before = testHost.devices.counter().acquisitions();
        Device inside = testHost.moveIn(eni, testHost.openNetns(pod), TestHost.bareLinkConfig("eth0"));
        assertThat(testHost.devices.counter().acquisitions() - before).isEqualTo(1);
        Device seen = pod.device("eth0").orElseThrow();
        assertThat(inside).isEqualTo(seen);
        assertThat(seen.up()).isTrue();
        assertThat(seen.ifindex()).isEqualTo(eni.ifindex());
        assertThat(seen.mac()).isEqualTo(eni.mac());
        assertThat(testHost.find(eni.mac())).isEmpty();
    }

    @Test
    void p2_returnsToTheHostUnderItsNameWithTwoAcquisitions() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        Netns netns = testHost.openNetns(pod);
        testHost.connect(eni, netns, TestHost.linkConfig("eth0", 7));
        long before = testHost.devices.counter().acquisitions();
        ReturnReport back = testHost.returnToHost(eni.baseline(), netns);
        assertThat(testHost.devices.counter().acquisitions() - before).isEqualTo(2);
        assertThat(back).isEqualTo(new ReturnReport(ReturnReport.Location.SANDBOX, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name())).contains(eni);
        assertThat(pod.devices()).isEmpty();
    }

    @Test
    void aSecondReturnOnlyReads() {
        Device eni = testHost.newEni();
        ReturnReport seen = testHost.returnToHost(eni.baseline());
        assertThat(seen).isEqualTo(new ReturnReport(ReturnReport.Location.HOST, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void anAddTakesAtMostFiveAcquisitions() {
        Device eni = testHost.newEni();
        Netns netns = testHost.openNetns(testHost.newNamespace("pod"));
        long before = testHost.devices.counter().acquisitions();
        Device found = testHost.find(eni.mac()).orElseThrow();
        testHost.connect(found, netns, TestHost.linkConfig("eth0", 7));
        assertThat(testHost.devices.counter().acquisitions() - before)
                .as("features, move, two addresses, IPv4 route")
                .isEqualTo(5);
    }

    @Test
    void anIndexThatIsBusyInTheNamespaceIsReplaced() {
        testHost.newEni();
        testHost.newEni();
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        pod.addVeth(VethPair.between("x", "y").withIfindex(eni.ifindex()));
        Netns netns = testHost.openNetns(pod);
        Device inside = testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        assertThat(inside.ifindex()).isNotEqualTo(eni.ifindex());
        assertThat(pod.device("eth0")).contains(inside);
        assertThat(testHost.returnToHost(eni.baseline(), netns).isVerified()).isTrue();
    }

    @Test
    void aNameTakenInTheNamespaceIsRefusedBeforeAnythingMoves() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        pod.addVeth(VethPair.between("eth0", "y"));
        assertThatThrownBy(() -> testHost.moveIn(eni, testHost.openNetns(pod), TestHost.bareLinkConfig("eth0")))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NAME_TAKEN))
                .hasMessageContaining("eth0");
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void p13_aDirtiedDeviceReturnsToTheHostClean() {
        Device eni = testHost.newEni();
        Map<Integer, String> before = comparable(testHost.host, eni.name());
        TestbedNamespace pod = testHost.newNamespace("pod");
        Netns netns = testHost.openNetns(pod);
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        pod.setMtu("eth0", 1234);
        pod.setTxQueueLength("eth0", 77);
        pod.setGroup("eth0", 9);
        pod.setMac("eth0", TestHost.mac(999_999));
        pod.addAlternativeName("eth0", "planted");
        pod.addMacvlan("stacked", "eth0");
        pod.addQdisc("eth0", "clsact");
        TestbedInternals.set(pod, "eth0", "limit", Attributes.builder().u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000));
        TestbedInternals.set(pod, "eth0", "mode", Attributes.builder().u8(LinkMessage.IFLA_LINKMODE, 1));
        TestbedInternals.set(
                pod,
                "eth0",
                "broadcast",
                Attributes.builder()
                        .bytes(LinkMessage.IFLA_BROADCAST, TestHost.mac(1).toBytes()));
        TestbedInternals.setFlags(
                pod,
                "eth0",
                LinkMessage.IFF_PROMISC | LinkMessage.IFF_ALLMULTI | LinkMessage.IFF_NOARP,
                LinkMessage.IFF_PROMISC | LinkMessage.IFF_ALLMULTI | LinkMessage.IFF_NOARP | LinkMessage.IFF_MULTICAST);
        pod.setDown("eth0");
        pod.rename("eth0", "hidden");
        pod.setUp("hidden");
        ReturnReport back = testHost.returnToHost(eni.baseline(), netns);
        assertThat(back.unresolved()).isEmpty();
        assertThat(back.foundIn()).isEqualTo(ReturnReport.Location.SANDBOX);
        assertThat(String.join("\n", back.repaired()))
                .contains(
                        "mtu",
                        "txqlen",
                        "group",
                        "mac",
                        "planted",
                        "stacked",
                        "promisc",
                        "flags 0x1000",
                        "dormant",
                        "gso_max_size",
                        "broadcast");
        assertThat(TestbedInternals.qdiscs(testHost.host, eni.name())).isEmpty();
        assertThat(testHost.host.device(eni.name())).contains(eni);
        assertThat(pod.devices()).isEmpty();
        assertThat(comparable(testHost.host, eni.name())).isEqualTo(before);
    }

    /** Everything the kernel tells of a link but what changes by itself. */
    private static Map<Integer, String> comparable(TestbedNamespace namespace, String name) {
        Map<Integer, String> values = new TreeMap<>();
        LinkMessage link = TestbedInternals.links(namespace).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        values.put(0, Integer.toHexString(link.flags()));
        for (int type : link.attributes().types()) {
            if (!NOT_COMPARED.contains(type)) {
                values.put(
                        type,
                        HexFormat.of().formatHex(link.attributes().bytes(type).orElseThrow()));
            }
        }
        return values;
    }
}
