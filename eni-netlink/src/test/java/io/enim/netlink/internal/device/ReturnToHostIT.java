package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.DeviceException.Kind;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Devices in the wrong place or in the wrong state. */
class ReturnToHostIT extends EniFixture {
    @Test
    void p13_aDeviceThatTheKernelReturnedDirtyIsRepaired() {
        moveIn();
        pod.setMtu("eth0", 1300);
        pod.setMac("eth0", TestHost.mac(777_777));
        pod.addAlternativeName("eth0", "planted");
        pod.setGroup("eth0", 4);
        // As the kernel does when the namespace dies: moved, down, everything else as it was.
        pod.moveTo(host, "eth0");
        ReturnReport report = testHost.returnToHost(eni.baseline());
        assertThat(report.foundIn()).isEqualTo(Location.HOST);
        assertThat(report.unresolved()).isEmpty();
        assertThat(String.join("\n", report.repaired())).contains("name", "mtu", "mac", "planted", "group", "alias");
        assertEniIsOnHostAsAtFirst();
        assertThat(testHost.returnToHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
    }

    @Test
    void p5_aDeviceThatTheKernelReturnedWithAnotherMacIsFoundByItsAlias() {
        moveIn();
        pod.setMac("eth0", TestHost.mac(777_777));
        pod.moveTo(host, "eth0");
        assertThat(testHost.find(eni.mac())).isEmpty();
        assertThat(testHost.devices.find(eni.baseline(), TestHost.TIMEOUT))
                .hasValueSatisfying(found -> assertThat(found.mac()).isEqualTo(TestHost.mac(777_777)));
    }

    @Test
    void p13_limitsOfSegmentationAreSetBackByAProcessThatNeverSawTheDeviceLeave() {
        moveIn();
        Attributes.Builder limits = Attributes.builder()
                .u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000)
                .u32(LinkMessage.IFLA_GSO_MAX_SEGS, 3)
                .u32(LinkMessage.IFLA_GRO_MAX_SIZE, 3000);
        TestbedInternals.set(pod, "eth0", "limits", limits);
        try (LinuxNetworkDevices another = LinuxNetworkDevices.open(NetlinkFailPoint.NONE)) {
            Netns again = another.open(netns.path());
            ReturnReport back = another.returnToHost(eni.baseline(), Optional.of(again), TestHost.TIMEOUT);
            again.close();
            assertThat(back.unresolved()).isEmpty();
            assertThat(String.join("\n", back.repaired()))
                    .contains("gso_max_size is 3000", "gso_max_segs is 3", "gro_max_size is 3000");
        }
        assertEniIsOnHostAsAtFirst();
    }

    /** The private /run of these tests is empty but for what is written here. */
    @Test
    void f17_theManagerOfADeviceChangedOnTheHostIsNamed() throws IOException {
        Path link = Files.createDirectories(Path.of("/run/systemd/netif/links")).resolve("" + eni.ifindex());
        Files.writeString(link, "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-all.network\n");
        try {
            host.setMtu(eni.name(), 1300);
            ReturnReport report = testHost.restoreOnHost(eni.baseline());
            assertThat(report.isVerified()).isTrue();
            assertThat(String.join("\n", report.repaired()))
                    .contains("mtu is 1300", "systemd-networkd", "20-all.network");
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void aDeviceOnTheHostThatIsUpIsTakenDownForRepair() {
        host.setAlias(eni.name(), "residue");
        host.setUp(eni.name());
        assertThat(testHost.restoreOnHost(eni.baseline()).isVerified()).isTrue();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p13_aRepairedDeviceHasNoQueueingDisciplineLeft() {
        host.setAlias(eni.name(), "residue");
        host.addQdisc(eni.name(), "clsact");
        host.addQdisc(eni.name(), "pfifo");
        assertThat(testHost.restoreOnHost(eni.baseline()).isVerified()).isTrue();
        assertThat(TestbedInternals.qdiscs(host, eni.name())).isEmpty();
    }

    @Test
    void aCleanDeviceOnTheHostIsOnlyRead() {
        assertThat(testHost.restoreOnHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void aDeviceThatWasMovedOnIsFoundElsewhere() {
        moveIn();
        pod.moveTo(testHost.newNamespace("nested"), "eth0");
        ReturnReport back = returnToHost();
        assertThat(back.foundIn()).isEqualTo(Location.OTHER_NAMESPACE);
        assertThat(back.isVerified()).isTrue();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void withoutANamespaceTheDeviceIsFoundByWhatPinsIt() {
        moveIn();
        netns.close();
        assertThat(testHost.returnToHost(eni.baseline()).foundIn()).isEqualTo(Location.OTHER_NAMESPACE);
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void aDeviceInANamespaceThatOnlyADescriptorHoldsIsNamedNotLost() {
        moveIn();
        netns.close();
        testHost.testbed.delete(pod.path().getFileName().toString());
        ReturnReport lost = testHost.returnToHost(eni.baseline());
        assertThat(lost.foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(lost.isVerified()).isFalse();
        assertThat(String.join("\n", lost.unresolved())).contains("eth0", "namespace id");
    }

    @Test
    void aDeviceThatIsGoneIsNotFoundAnywhere() {
        host.deleteDevice(eni.name());
        // A namespace of an earlier test may still be ending: its id is listed and cannot be read any more.
        ReturnReport gone = await("every namespace could be searched")
                .until(
                        () -> testHost.returnToHost(eni.baseline()),
                        lost -> lost.unresolved().isEmpty());
        assertThat(gone.foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(gone.isVerified()).isFalse();
    }

    @Test
    void cleaningOnTheHostNeverReachesIntoAnEndpoint() {
        moveIn();
        assertThat(testHost.restoreOnHost(eni.baseline()).foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(pod.device("eth0")).isPresent();
    }

    @Test
    void aDeviceTheTenantRenamedAndReAddressedIsKnownByItsAlias() {
        moveIn();
        pod.setMac("eth0", TestHost.mac(666_666));
        pod.setDown("eth0");
        pod.rename("eth0", "lo1");
        pod.addVeth(VethPair.between("decoy", "peer"));
        assertThat(returnToHost().isVerified()).isTrue();
        assertEniIsOnHostAsAtFirst();
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_twoThatFitInANamespaceAreNotGuessedBetween() {
        moveIn();
        pod.setAlias("eth0", "");
        pod.addVeth(VethPair.between("decoy", "peer").withMac(eni.mac()));
        assertRefused(Kind.AMBIGUOUS, this::returnToHost);
        assertThat(pod.device("eth0")).isPresent();
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_aDecoyWithTheMacOfHardwareIsNotReturnedToTheHost() {
        pod.addVeth(VethPair.between("decoy", "peer").withMac(TestHost.mac(555_555)));
        DeviceBaseline hardware = new DeviceBaseline(
                TestHost.mac(555_555),
                "ens7",
                77,
                1500,
                1000,
                0,
                Map.of(),
                Optional.of("pci/0000:00:07.0"),
                Optional.empty());
        assertThat(testHost.returnToHost(hardware, netns).foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void anMtuTheDeviceCannotHaveRemainsAsADifference() {
        moveIn();
        DeviceBaseline impossible = new DeviceBaseline(
                eni.mac(), eni.name(), eni.ifindex(), 10, eni.txQueueLength(), 0, Map.of(), eni.parent(), eni.kind());
        ReturnReport back = testHost.returnToHost(impossible, netns);
        assertThat(back.isVerified()).isFalse();
        assertThat(back.unresolved()).containsExactly("mtu is 1500, not 10");
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void addressesRoutesAndSettingsDoNotReturnToTheHost() {
        moveIn();
        testHost.configure(pod.device("eth0").orElseThrow(), netns, TestHost.linkConfig("eth0", 7));
        assertThat(returnToHost().isVerified()).isTrue();
        host.setUp(eni.name());
        assertThat(host.addresses(eni.name())).noneMatch(address -> address.startsWith("10."));
        assertThat(host.routes(eni.name())).noneMatch(route -> route.contains("via"));
    }
}
