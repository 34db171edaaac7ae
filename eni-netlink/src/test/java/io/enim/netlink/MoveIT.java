package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.Homecoming;
import io.enim.spi.Netns;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class MoveIT {
    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void movesInRenamesAndBringsUpInOneMessage() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        long before = stage.devices.counter().acquisitions();
        Device inside = stage.devices.moveIn(eni, stage.enter(pod), Stage.bare("eth0"), Stage.TIMEOUT);
        assertThat(stage.devices.counter().acquisitions() - before).isEqualTo(1);
        Device seen = pod.device("eth0").orElseThrow();
        assertThat(inside).isEqualTo(seen);
        assertThat(seen.up()).isTrue();
        assertThat(seen.ifindex()).isEqualTo(eni.ifindex());
        assertThat(seen.mac()).isEqualTo(eni.mac());
        assertThat(stage.devices.find(eni.mac(), Optional.empty(), Stage.TIMEOUT))
                .isEmpty();
    }

    @Test
    void p2_comesHomeUnderItsNameWithTwoAcquisitions() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        Netns netns = stage.enter(pod);
        Device inside = stage.devices.moveIn(eni, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        stage.devices.configure(inside, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        long before = stage.devices.counter().acquisitions();
        Homecoming back = stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
        assertThat(stage.devices.counter().acquisitions() - before).isEqualTo(2);
        assertThat(back).isEqualTo(new Homecoming(Homecoming.Place.SANDBOX, List.of(), List.of()));
        assertThat(stage.home.device(eni.name())).contains(eni);
        assertThat(pod.devices()).isEmpty();
    }

    @Test
    void bringingHomeTwiceOnlyLooks() {
        Device eni = stage.newEni();
        Homecoming seen = stage.devices.bringHome(eni.homeState(), Optional.empty(), Stage.TIMEOUT);
        assertThat(seen).isEqualTo(new Homecoming(Homecoming.Place.HOME, List.of(), List.of()));
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void anAddTakesAtMostFiveAcquisitions() {
        Device eni = stage.newEni();
        Netns netns = stage.enter(stage.newNamespace("pod"));
        long before = stage.devices.counter().acquisitions();
        Device found = stage.devices
                .find(eni.mac(), Optional.of(eni.name()), Stage.TIMEOUT)
                .orElseThrow();
        Device inside = stage.devices.moveIn(found, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        stage.devices.configure(inside, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        assertThat(stage.devices.counter().acquisitions() - before).isEqualTo(4);
    }

    @Test
    void anIndexThatIsBusyInTheNamespaceIsReplaced() {
        stage.newEni();
        stage.newEni();
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        pod.addVeth(VethPair.between("x", "y").withIfindex(eni.ifindex()));
        Netns netns = stage.enter(pod);
        Device inside = stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        assertThat(inside.ifindex()).isNotEqualTo(eni.ifindex());
        assertThat(pod.device("eth0")).contains(inside);
        assertThat(stage.devices
                        .bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT)
                        .isVerified())
                .isTrue();
    }

    @Test
    void aNameTakenInTheNamespaceIsRefusedBeforeAnythingMoves() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        pod.addVeth(VethPair.between("eth0", "y"));
        assertThatThrownBy(() -> stage.devices.moveIn(eni, stage.enter(pod), Stage.bare("eth0"), Stage.TIMEOUT))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.NAME_TAKEN))
                .hasMessageContaining("eth0");
        assertThat(stage.home.device(eni.name())).contains(eni);
    }

    @Test
    void p13_aDirtiedDeviceComesHomeClean() {
        Device eni = stage.newEni();
        NetworkNamespace pod = stage.newNamespace("pod");
        Netns netns = stage.enter(pod);
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        pod.setMtu("eth0", 1234);
        pod.setTxQueueLength("eth0", 77);
        pod.setGroup("eth0", 9);
        pod.setMac("eth0", Stage.mac(999_999));
        pod.addAlternativeName("eth0", "planted");
        pod.addMacvlan("stacked", "eth0");
        pod.setFlags(
                "eth0",
                LinkMessage.IFF_PROMISC | LinkMessage.IFF_ALLMULTI | LinkMessage.IFF_NOARP,
                LinkMessage.IFF_PROMISC | LinkMessage.IFF_ALLMULTI | LinkMessage.IFF_NOARP | LinkMessage.IFF_MULTICAST);
        pod.setDown("eth0");
        pod.rename("eth0", "hidden");
        pod.setUp("hidden");
        Homecoming back = stage.devices.bringHome(eni.homeState(), Optional.of(netns), Stage.TIMEOUT);
        assertThat(back.remaining()).isEmpty();
        assertThat(back.foundIn()).isEqualTo(Homecoming.Place.SANDBOX);
        assertThat(String.join("\n", back.mended()))
                .contains("mtu", "txqlen", "group", "mac", "planted", "stacked", "promisc", "flags 0x1000");
        assertThat(stage.home.device(eni.name())).contains(eni);
        assertThat(pod.devices()).isEmpty();
    }
}
