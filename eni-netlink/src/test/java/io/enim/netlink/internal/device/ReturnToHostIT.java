package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Devices in the wrong place or in the wrong state. */
@PrivateNamespaces
class ReturnToHostIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    private final Device eni = testHost.newEni();
    private final TestbedNamespace pod = testHost.newNamespace("pod");

    private ReturnReport returnToHost(Netns... netns) {
        return testHost.returnToHost(eni.baseline(), netns);
    }

    private Netns moveIn() {
        Netns netns = testHost.openNetns(pod);
        testHost.moveIn(eni, netns, TestHost.bareLinkConfig("eth0"));
        return netns;
    }

    @Test
    void p13_aDeviceThatTheKernelReturnedDirtyIsRepaired() {
        moveIn();
        pod.setMtu("eth0", 1300);
        pod.setMac("eth0", TestHost.mac(777_777));
        pod.addAlternativeName("eth0", "planted");
        pod.setGroup("eth0", 4);
        // As the kernel does when the namespace dies: moved, down, everything else as it was.
        pod.moveTo(testHost.host, "eth0");
        ReturnReport report = returnToHost();
        assertThat(report.foundIn()).isEqualTo(Location.HOST);
        assertThat(report.unresolved()).isEmpty();
        assertThat(String.join("\n", report.repaired())).contains("name", "mtu", "mac", "planted", "group", "alias");
        assertThat(testHost.host.device(eni.name())).contains(eni);
        assertThat(returnToHost()).isEqualTo(new ReturnReport(Location.HOST, List.of(), List.of()));
    }

    @Test
    void p5_aDeviceThatTheKernelReturnedWithAnotherMacIsFoundByItsAlias() {
        moveIn();
        pod.setMac("eth0", TestHost.mac(777_777));
        pod.moveTo(testHost.host, "eth0");
        assertThat(testHost.find(eni.mac())).isEmpty();
        assertThat(testHost.find(eni.baseline()))
                .hasValueSatisfying(found -> assertThat(found.mac()).isEqualTo(TestHost.mac(777_777)));
    }

    @Test
    void p13_limitsOfSegmentationAreSetBackByAProcessThatNeverSawTheDeviceLeave() {
        Netns netns = moveIn();
        Attributes.Builder limits = Attributes.builder()
                .u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000)
                .u32(LinkMessage.IFLA_GSO_MAX_SEGS, 3)
                .u32(LinkMessage.IFLA_GRO_MAX_SIZE, 3000);
        TestbedInternals.set(pod, "eth0", "limits", limits);
        try (TranslatingDevices another = TranslatingDevices.open()) {
            Netns again = another.open(netns.path());
            ReturnReport back = another.returnToHost(eni.baseline(), Optional.of(again), TestHost.TIMEOUT);
            again.close();
            assertThat(back.unresolved()).isEmpty();
            assertThat(String.join("\n", back.repaired()))
                    .contains("gso_max_size is 3000", "gso_max_segs is 3", "gro_max_size is 3000");
        }
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    /** The private /run of these tests is empty but for what is written here. */
    @Test
    void f17_theManagerOfADeviceChangedOnTheHostIsNamed() throws IOException {
        Path link = Files.createDirectories(Path.of("/run/systemd/netif/links")).resolve("" + eni.ifindex());
        Files.writeString(link, "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-all.network\n");
        try {
            testHost.host.setMtu(eni.name(), 1300);
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
        testHost.host.setAlias(eni.name(), "residue");
        testHost.host.setUp(eni.name());
        assertThat(testHost.restoreOnHost(eni.baseline()).isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void p13_aRepairedDeviceHasNoQueueingDisciplineLeft() {
        testHost.host.setAlias(eni.name(), "residue");
        testHost.host.addQdisc(eni.name(), "clsact");
        testHost.host.addQdisc(eni.name(), "pfifo");
        assertThat(testHost.restoreOnHost(eni.baseline()).isVerified()).isTrue();
        assertThat(TestbedInternals.qdiscs(testHost.host, eni.name())).isEmpty();
    }

    @Test
    void aCleanDeviceThatIsUpOnTheHostStaysUp() {
        testHost.host.setUp(eni.name());
        assertThat(testHost.restoreOnHost(eni.baseline()))
                .isEqualTo(new ReturnReport(Location.HOST, List.of(), List.of()));
        assertThat(testHost.host.device(eni.name()).map(Device::up)).contains(true);
    }

    @Test
    void aDeviceThatWasMovedOnIsFoundElsewhere() {
        Netns netns = moveIn();
        TestbedNamespace nested = testHost.newNamespace("nested");
        pod.moveTo(nested, "eth0");
        ReturnReport back = returnToHost(netns);
        assertThat(back.foundIn()).isEqualTo(Location.OTHER_NAMESPACE);
        assertThat(back.isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void withoutANamespaceTheDeviceIsFoundByWhatPinsIt() {
        moveIn().close();
        ReturnReport back = returnToHost();
        assertThat(back.foundIn()).isEqualTo(Location.OTHER_NAMESPACE);
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void aDeviceInANamespaceThatOnlyADescriptorHoldsIsNamedNotLost() {
        moveIn().close();
        testHost.testbed.delete(pod.path().getFileName().toString());
        ReturnReport lost = returnToHost();
        assertThat(lost.foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(lost.isVerified()).isFalse();
        assertThat(String.join("\n", lost.unresolved())).contains("eth0", "namespace id");
    }

    @Test
    void aDeviceThatIsGoneIsNotFoundAnywhere() {
        testHost.host.deleteDevice(eni.name());
        // A namespace of an earlier test may still be ending: its id is listed and cannot be read any more.
        ReturnReport gone = await("every namespace could be searched")
                .until(this::returnToHost, lost -> lost.unresolved().isEmpty());
        assertThat(gone.foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(gone.isVerified()).isFalse();
    }

    @Test
    void cleaningOnTheHostNeverReachesIntoAnEndpoint() {
        moveIn();
        ReturnReport away = testHost.restoreOnHost(eni.baseline());
        assertThat(away.foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(pod.device("eth0")).isPresent();
    }

    @Test
    void aDeviceTheTenantRenamedAndReAddressedIsKnownByItsAlias() {
        Netns netns = moveIn();
        pod.setMac("eth0", TestHost.mac(666_666));
        pod.setDown("eth0");
        pod.rename("eth0", "lo1");
        pod.addVeth(VethPair.between("decoy", "peer"));
        assertThat(returnToHost(netns).isVerified()).isTrue();
        assertThat(testHost.host.device(eni.name())).contains(eni);
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_twoThatFitInANamespaceAreNotGuessedBetween() {
        Netns netns = moveIn();
        pod.setAlias("eth0", "");
        pod.addVeth(VethPair.between("decoy", "peer").withMac(eni.mac()));
        assertThatThrownBy(() -> returnToHost(netns))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.AMBIGUOUS));
        assertThat(pod.device("eth0")).isPresent();
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_aDecoyWithTheMacOfHardwareIsNotReturnedToTheHost() {
        Netns netns = testHost.openNetns(pod);
        pod.addVeth(VethPair.between("decoy", "peer").withMac(TestHost.mac(555_555)));
        DeviceBaseline hardware = new DeviceBaseline(
                TestHost.mac(555_555), "ens7", 77, 1500, 1000, 0, Map.of(), Optional.of("pci/0000:00:07.0"));
        assertThat(testHost.returnToHost(hardware, netns).foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void anMtuTheDeviceCannotHaveRemainsAsADifference() {
        Netns netns = moveIn();
        DeviceBaseline baseline = eni.baseline();
        DeviceBaseline impossible = new DeviceBaseline(
                baseline.mac(),
                baseline.name(),
                baseline.ifindex(),
                10,
                baseline.txQueueLength(),
                0,
                Map.of(),
                baseline.parent());
        ReturnReport back = testHost.returnToHost(impossible, netns);
        assertThat(back.isVerified()).isFalse();
        assertThat(back.unresolved()).containsExactly("mtu is 1500, not 10");
        assertThat(testHost.host.device(eni.name())).contains(eni);
    }

    @Test
    void addressesRoutesAndSettingsDoNotReturnToTheHost() {
        Netns netns = moveIn();
        testHost.configure(pod.device("eth0").orElseThrow(), netns, TestHost.linkConfig("eth0", 7));
        assertThat(returnToHost(netns).isVerified()).isTrue();
        testHost.host.setUp(eni.name());
        assertThat(testHost.host.addresses(eni.name())).noneMatch(address -> address.startsWith("10."));
        assertThat(testHost.host.routes(eni.name())).noneMatch(route -> route.contains("via"));
    }
}
