package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.Homecoming.Place;
import io.enim.spi.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices that are not where, or not as, they should be. */
@PrivateNamespaces
class RecoveryIT {
    private Stage stage;
    private Device eni;
    private NetworkNamespace pod;

    @BeforeEach
    void build() {
        stage = new Stage();
        eni = stage.newEni();
        pod = stage.newNamespace("pod");
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private Homecoming bringHome(Netns... netns) {
        return stage.devices.bringHome(
                eni.homeState(), netns.length == 0 ? Optional.empty() : Optional.of(netns[0]), Stage.TIMEOUT);
    }

    private Netns moveIn() {
        Netns netns = stage.enter(pod);
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        return netns;
    }

    @Test
    void p13_aDeviceThatFellHomeAsTheTenantLeftItIsMended() {
        moveIn();
        pod.setMtu("eth0", 1300);
        pod.setMac("eth0", Stage.mac(777_777));
        pod.addAlternativeName("eth0", "planted");
        pod.setGroup("eth0", 4);
        // As the kernel does when the namespace dies: moved, down, everything else as it was.
        pod.moveTo(stage.home, "eth0");
        Homecoming mended = bringHome();
        assertThat(mended.foundIn()).isEqualTo(Place.HOME);
        assertThat(mended.remaining()).isEmpty();
        assertThat(String.join("\n", mended.mended())).contains("name", "mtu", "mac", "planted", "group", "alias");
        assertThat(stage.home.device(eni.name())).contains(eni);
        assertThat(bringHome()).isEqualTo(new Homecoming(Place.HOME, List.of(), List.of()));
    }

    @Test
    void p5_aDeviceThatFellHomeUnderAnotherMacIsFoundByHowItLeft() {
        moveIn();
        pod.setMac("eth0", Stage.mac(777_777));
        pod.moveTo(stage.home, "eth0");
        assertThat(stage.devices.find(eni.mac(), Stage.TIMEOUT)).isEmpty();
        assertThat(stage.devices.find(eni.homeState(), Stage.TIMEOUT))
                .hasValueSatisfying(found -> assertThat(found.mac()).isEqualTo(Stage.mac(777_777)));
    }

    @Test
    void p13_limitsOfSegmentationAreSetBackByAProcessThatNeverSawTheDeviceLeave() {
        Netns netns = moveIn();
        Attributes.Builder limits = Attributes.builder()
                .u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000)
                .u32(LinkMessage.IFLA_GSO_MAX_SEGS, 3)
                .u32(LinkMessage.IFLA_GRO_MAX_SIZE, 3000);
        pod.set("eth0", "limits", limits);
        try (KernelDevices another = KernelDevices.open()) {
            Netns again = another.open(netns.path());
            Homecoming back = another.bringHome(eni.homeState(), Optional.of(again), Stage.TIMEOUT);
            again.close();
            assertThat(back.remaining()).isEmpty();
            assertThat(String.join("\n", back.mended()))
                    .contains("gso_max_size is 3000", "gso_max_segs is 3", "gro_max_size is 3000");
        }
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    /** The private /run of these tests is empty but for what is written here. */
    @Test
    void f17_whoManagesADeviceThatWasChangedAtHomeIsNamed() throws IOException {
        Path link = Files.createDirectories(Path.of("/run/systemd/netif/links")).resolve("" + eni.ifindex());
        Files.writeString(link, "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-all.network\n");
        try {
            stage.home.setMtu(eni.name(), 1300);
            Homecoming mended = stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT);
            assertThat(mended.isVerified()).isTrue();
            assertThat(String.join("\n", mended.mended()))
                    .contains("mtu is 1300", "systemd-networkd", "20-all.network");
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void aDeviceAtHomeThatIsUpIsTakenDownToBeMended() {
        stage.home.setAlias(eni.name(), "left over");
        stage.home.setUp(eni.name());
        assertThat(stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT).isVerified())
                .isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void p13_aMendedDeviceHasNoQueueingDisciplineLeft() {
        stage.home.setAlias(eni.name(), "left over");
        stage.home.addQdisc(eni.name(), "clsact");
        stage.home.addQdisc(eni.name(), "pfifo");
        assertThat(stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT).isVerified())
                .isTrue();
        assertThat(stage.home.qdiscs(eni.name())).isEmpty();
    }

    @Test
    void aCleanDeviceThatIsUpAtHomeIsLeftUp() {
        stage.home.setUp(eni.name());
        assertThat(stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT))
                .isEqualTo(new Homecoming(Place.HOME, List.of(), List.of()));
        assertThat(stage.home.device(eni.name()).map(Device::up)).contains(true);
    }

    @Test
    void aDeviceThatWasMovedOnIsFoundElsewhere() {
        Netns netns = moveIn();
        NetworkNamespace nested = stage.newNamespace("nested");
        pod.moveTo(nested, "eth0");
        Homecoming back = bringHome(netns);
        assertThat(back.foundIn()).isEqualTo(Place.ELSEWHERE);
        assertThat(back.isVerified()).isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void withoutANamespaceTheDeviceIsFoundByWhatPinsIt() {
        moveIn().close();
        Homecoming back = bringHome();
        assertThat(back.foundIn()).isEqualTo(Place.ELSEWHERE);
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void aDeviceInANamespaceThatOnlyADescriptorHoldsIsNamedNotLost() {
        moveIn().close();
        stage.net.delete(pod.path().getFileName().toString());
        Homecoming lost = bringHome();
        assertThat(lost.foundIn()).isEqualTo(Place.NOWHERE);
        assertThat(lost.isVerified()).isFalse();
        assertThat(String.join("\n", lost.remaining())).contains("eth0", "namespace id");
    }

    @Test
    void aDeviceThatIsGoneIsNowhere() {
        stage.home.deleteDevice(eni.name());
        // A namespace of a test before may be ending still: its number is listed and cannot be asked any more.
        Homecoming gone = await("every namespace could be searched, so nothing speaks for it")
                .until(this::bringHome, lost -> lost.remaining().isEmpty());
        assertThat(gone.foundIn()).isEqualTo(Place.NOWHERE);
        assertThat(gone.isVerified()).isFalse();
    }

    @Test
    void cleaningAtHomeNeverReachesIntoAnEndpoint() {
        moveIn();
        Homecoming away = stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT);
        assertThat(away.foundIn()).isEqualTo(Place.NOWHERE);
        assertThat(pod.device("eth0")).isPresent();
    }

    @Test
    void aDeviceTheTenantRenamedAndReAddressedIsKnownByItsMark() {
        Netns netns = moveIn();
        pod.setMac("eth0", Stage.mac(666_666));
        pod.setDown("eth0");
        pod.rename("eth0", "lo1");
        pod.addVeth(VethPair.between("decoy", "peer"));
        assertThat(bringHome(netns).isVerified()).isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_twoThatFitInANamespaceAreNotGuessedBetween() {
        Netns netns = moveIn();
        pod.setAlias("eth0", "");
        pod.addVeth(VethPair.between("decoy", "peer").withMac(eni.mac()));
        assertThatThrownBy(() -> bringHome(netns))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.AMBIGUOUS));
        assertThat(pod.device("eth0")).isPresent();
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void p9_aDecoyWithTheMacOfHardwareIsNotTakenHome() {
        Netns netns = stage.enter(pod);
        pod.addVeth(VethPair.between("decoy", "peer").withMac(Stage.mac(555_555)));
        HomeState hardware =
                new HomeState(Stage.mac(555_555), "ens7", 77, 1500, 1000, 0, Map.of(), Optional.of("pci/0000:00:07.0"));
        assertThat(stage.devices
                        .bringHome(hardware, Optional.of(netns), Stage.TIMEOUT)
                        .foundIn())
                .isEqualTo(Place.NOWHERE);
        assertThat(pod.device("decoy")).isPresent();
    }

    @Test
    void anMtuTheDeviceCannotHaveRemainsAsADifference() {
        Netns netns = moveIn();
        HomeState home = eni.homeState();
        HomeState impossible = new HomeState(
                home.mac(), home.name(), home.ifindex(), 10, home.txQueueLength(), 0, Map.of(), home.parent());
        Homecoming back = stage.devices.bringHome(impossible, Optional.of(netns), Stage.TIMEOUT);
        assertThat(back.isVerified()).isFalse();
        assertThat(back.remaining()).containsExactly("mtu is 1500, not 10");
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void addressesRoutesAndSettingsDoNotComeHome() {
        Netns netns = moveIn();
        stage.devices.configure(pod.device("eth0").orElseThrow(), netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        assertThat(bringHome(netns).isVerified()).isTrue();
        stage.home.setUp(eni.name());
        assertThat(stage.home.addresses(eni.name())).noneMatch(address -> address.startsWith("10."));
        assertThat(stage.home.routes(eni.name())).noneMatch(route -> route.contains("via"));
    }
}
