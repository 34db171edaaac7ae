package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.DeviceException.Kind;
import io.enim.netlink.KernelStats;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.ReturnReport;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MoveIT extends EniFixture {
    private KernelStats stats() {
        return KernelStats.of(testHost.devices).orElseThrow();
    }

    @Test
    void movesInRenamesAndBringsUpInOneMessage() {
        KernelStats before = stats();
        Device inside = moveIn();
        assertThat(stats().since(before).rtnlAcquisitions()).isEqualTo(1);
        Device seen = pod.device("eth0").orElseThrow();
        assertThat(inside).isEqualTo(seen);
        assertThat(seen.up()).isTrue();
        assertThat(seen.ifindex()).isEqualTo(eni.ifindex());
        assertThat(seen.mac()).isEqualTo(eni.mac());
        assertThat(testHost.find(eni.mac())).isEmpty();
    }

    @Test
    void p2_returnsToTheHostUnderItsNameWithTwoAcquisitions() {
        KernelStats before = stats();
        testHost.connect(eni, netns, TestHost.linkConfig("eth0", 7));
        KernelStats added = stats();
        assertThat(added.since(before).rtnlAcquisitions()).isEqualTo(4);
        assertThat(added.since(before).sendNanos()).isPositive();
        ReturnReport back = returnToHost();
        assertThat(stats().since(added).rtnlAcquisitions()).isEqualTo(2);
        assertThat(back).isEqualTo(FROM_SANDBOX_CLEAN);
        assertEniIsOnHostAsAtFirst();
        assertThat(pod.devices()).isEmpty();
    }

    @Test
    void aSecondReturnOnlyReads() {
        assertThat(testHost.returnToHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void anAddTakesFourAcquisitionsAfterACheckOfItsDevice() {
        testHost.find(eni.mac());
        KernelStats before = stats();
        Device found = testHost.find(eni.mac()).orElseThrow();
        testHost.connect(found, netns, TestHost.linkConfig("eth0", 7));
        assertThat(stats().since(before).rtnlAcquisitions())
                .as("move, two addresses, IPv4 route")
                .isEqualTo(4);
    }

    @Test
    void p13_featuresThatAreInvertedOnTheHostAreReadAgain() {
        Device before = testHost.find(eni.mac()).orElseThrow();
        TestbedInternals.with(host, socket -> EthtoolCommands.invertFeatures(socket, eni.name()));
        assertThat(testHost.find(eni.mac()).orElseThrow().segmentation()).isNotEqualTo(before.segmentation());
    }

    @Test
    void anIndexThatIsBusyInTheNamespaceIsReplaced() {
        testHost.newEni();
        Device third = testHost.newEni();
        pod.addVeth(VethPair.between("x", "y").withIfindex(third.ifindex()));
        Device inside = testHost.moveIn(third, netns, TestHost.bareLinkConfig("eth0"));
        assertThat(inside.ifindex()).isNotEqualTo(third.ifindex());
        assertThat(pod.device("eth0")).contains(inside);
        assertThat(testHost.returnToHost(third.baseline(), netns).isVerified()).isTrue();
    }

    @Test
    void aNameTakenInTheNamespaceIsRefusedBeforeAnythingMoves() {
        pod.addVeth(VethPair.between("eth0", "y"));
        assertRefused(Kind.NAME_TAKEN, this::moveIn).hasMessageContaining("eth0");
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p13_aDirtiedDeviceReturnsToTheHostClean() {
        Map<String, String> before = TenantSnapshot.of(host, eni.name());
        moveIn();
        pod.setMtu("eth0", 1234);
        pod.setTxQueueLength("eth0", 77);
        pod.setGroup("eth0", 9);
        pod.setMac("eth0", TestHost.mac(999_999));
        pod.addAlternativeName("eth0", "planted");
        pod.addMacvlan("stacked", "eth0");
        pod.addQdisc("eth0", "clsact");
        TestbedInternals.set(pod, "eth0", "limit", Attributes.builder().u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000));
        TestbedInternals.set(pod, "eth0", "mode", Attributes.builder().u8(LinkMessage.IFLA_LINKMODE, 1));
        byte[] broadcast = TestHost.mac(1).toBytes();
        TestbedInternals.set(
                pod, "eth0", "broadcast", Attributes.builder().bytes(LinkMessage.IFLA_BROADCAST, broadcast));
        int flags = LinkMessage.IFF_PROMISC | LinkMessage.IFF_ALLMULTI | LinkMessage.IFF_NOARP;
        TestbedInternals.setFlags(pod, "eth0", flags, flags | LinkMessage.IFF_MULTICAST);
        pod.setDown("eth0");
        pod.rename("eth0", "hidden");
        pod.setUp("hidden");
        ReturnReport back = returnToHost();
        assertThat(back.unresolved()).isEmpty();
        assertThat(back.foundIn()).isEqualTo(ReturnReport.Location.SANDBOX);
        assertThat(String.join("\n", back.repaired()))
                .contains("mtu", "txqlen", "group", "mac", "planted", "stacked", "promisc", "flags 0x1000")
                .contains("dormant", "gso_max_size", "broadcast");
        assertThat(TestbedInternals.qdiscs(host, eni.name())).isEmpty();
        assertEniIsOnHostAsAtFirst();
        assertThat(pod.devices()).isEmpty();
        // The kernel gives it IPv6 anew with each move, here while the tenant's IFF_NOARP was still set.
        assertThat(TenantSnapshot.differences(before, TenantSnapshot.of(host, eni.name()))
                        .keySet())
                .isSubsetOf("link.26.10.2", "sysctl ipv6/conf/accept_dad");
    }
}
