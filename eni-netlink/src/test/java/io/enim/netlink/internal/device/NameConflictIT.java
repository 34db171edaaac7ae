package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.Homecoming;
import io.enim.spi.Netns;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names that are taken, in each place and at each moment, and errors that split a move. */
@PrivateNamespaces
class NameConflictIT {
    private Stage stage;
    private Device eni;
    private NetworkNamespace pod;
    private Netns netns;

    @BeforeEach
    void build() {
        stage = new Stage();
        eni = stage.newEni();
        pod = stage.newNamespace("pod");
        netns = stage.enter(pod);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private static void assertNameTaken(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NAME_TAKEN));
    }

    private Homecoming bringHome() {
        return stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
    }

    private String nameFromMac() {
        return "eni" + eni.mac().toString().replace(":", "");
    }

    @Test
    void inOldNameTakenNewNameFreeIsDone() {
        pod.addVeth(VethPair.between(eni.name(), "other"));
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        assertThat(pod.device("eth0").map(Device::mac)).contains(eni.mac());
        assertThat(bringHome().isVerified()).isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void inBothNamesTakenIsRefusedAndNothingMoves() {
        pod.addVeth(VethPair.between(eni.name(), "eth0"));
        assertNameTaken(() -> stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void inNameThatIsTheDevicesOwnAlternativeNameIsRefused() {
        stage.home.addAlternativeName(eni.name(), "eth0");
        assertNameTaken(() -> stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT));
        assertThat(stage.home.device(eni.name()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void inAlternativeNameTakenIsRefusedAndNothingMoves() {
        stage.home.addAlternativeName(eni.name(), "alias0");
        pod.addVeth(VethPair.between("alias0", "other"));
        assertNameTaken(() -> stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT));
        assertThat(stage.home.device(eni.name()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void inNameThatAnotherHasAsAlternativeNameIsRefused() {
        pod.addVeth(VethPair.between("a", "b"));
        pod.addAlternativeName("a", "eth0");
        assertNameTaken(() -> stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void p5_aMoveThatFailedAfterTheMoveComesHome() {
        pod.addVeth(VethPair.between("eth0", "other"));
        // What the checks before a move prevent, unless the name is taken in between.
        sendMove(Attributes.builder().text(LinkMessage.IFLA_IFNAME, "eth0"), "EEXIST");
        Device stranded = pod.device(eni.name()).orElseThrow();
        assertThat(stranded.up()).isFalse();
        assertThat(bringHome()).isEqualTo(new Homecoming(Homecoming.Place.SANDBOX, List.of(), List.of()));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void p5_anMtuRefusedAfterTheMoveComesHome() {
        sendMove(Attributes.builder().u32(LinkMessage.IFLA_MTU, 10), "EINVAL");
        assertThat(pod.device(eni.name())).isPresent();
        assertThat(bringHome().isVerified()).isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    private void sendMove(Attributes.Builder attributes, String errno) {
        pod.file().with(fd -> {
            attributes.u32(LinkMessage.IFLA_NET_NS_FD, fd);
            assertThatThrownBy(() -> stage.home.set(eni.name(), "move", attributes))
                    .isInstanceOfSatisfying(
                            NetlinkException.class,
                            e -> assertThat(e.errnoName()).isEqualTo(errno));
            return fd;
        });
    }

    @Test
    void homeNameTakenComesHomeUnderOneMadeFromTheMac() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between(eni.name(), "other"));
        Homecoming back = bringHome();
        assertThat(back.isVerified()).isTrue();
        assertThat(String.join("\n", back.mended())).contains(nameFromMac());
        assertThat(stage.home.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void homeIndexTakenIsReplaced() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between("other", "another").withIfindex(eni.ifindex()));
        assertThat(bringHome().isVerified()).isTrue();
        assertThat(stage.home.device(eni.name()).map(Device::ifindex))
                .isPresent()
                .get()
                .isNotEqualTo(eni.ifindex());
    }

    @Test
    void aDeviceThatLeftUnderAnotherNameStillComesHomeUnderItsOwn() {
        stage.home.rename(eni.name(), "detour");
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        assertThat(bringHome()).isEqualTo(new Homecoming(Homecoming.Place.SANDBOX, List.of(), List.of()));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void homeNameFreedLaterIsGivenBack() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between(eni.name(), "other"));
        bringHome();
        stage.home.deleteDevice("other");
        Homecoming mended = stage.devices.cleanAtHome(eni.homeState(), Stage.TIMEOUT);
        assertThat(mended.isVerified()).isTrue();
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void homeNameTakenAsAlternativeNameComesHomeUnderOneMadeFromTheMac() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between("other", "another"));
        stage.home.addAlternativeName("other", eni.name());
        assertThat(bringHome().isVerified()).isTrue();
        assertThat(stage.home.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void homeBothNamesTakenComesHomeUnderOneMadeFromTheMac() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between(eni.name(), "eth0"));
        assertThat(bringHome().isVerified()).isTrue();
        assertThat(stage.home.device(nameFromMac()).map(Device::mac)).contains(eni.mac());
    }

    @Test
    void homeOnlyTheTenantsNameTakenComesHomeUnderItsOwn() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between("eth0", "other"));
        assertThat(bringHome()).isEqualTo(new Homecoming(Homecoming.Place.SANDBOX, List.of(), List.of()));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void p13_anAlternativeNamePlantedToBlockTheReturnIsTakenOff() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        stage.home.addVeth(VethPair.between("blocker", "other"));
        pod.addAlternativeName("eth0", "blocker");
        pod.addAlternativeName("eth0", eni.name());
        Homecoming back = bringHome();
        assertThat(back.isVerified()).isTrue();
        assertThat(String.join("\n", back.mended())).contains("blocker");
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void everyNameTakenIsAnErrorAndTheDeviceStays() {
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        String digits = eni.mac().toString().replace(":", "");
        stage.home.addVeth(VethPair.between(eni.name(), "other"));
        for (String prefix : new String[] {"eni", "en0", "en1", "en2"}) {
            stage.home.addAlternativeName("other", prefix + digits);
        }
        assertNameTaken(this::bringHome);
        assertThat(pod.device("eth0")).isPresent();
    }
}
