package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.Homecoming;
import io.enim.spi.Netns;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class MoveIT {
    /**
     * Statistics, changes of carrier, and {@code IFLA_AF_SPEC}: the IPv4 and IPv6 side of a device, with its sysctls and
     * counters, which each move makes anew.
     */
    private static final Set<Integer> NOT_COMPARED = Set.of(7, 23, 26, 35, 47, 48);

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
        assertThat(stage.devices.find(eni.mac(), Stage.TIMEOUT)).isEmpty();
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
        Device found = stage.devices.find(eni.mac(), Stage.TIMEOUT).orElseThrow();
        Device inside = stage.devices.moveIn(found, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        stage.devices.configure(inside, netns, Stage.plan("eth0", 7), Stage.TIMEOUT);
        assertThat(stage.devices.counter().acquisitions() - before)
                .as("features, move, two addresses, IPv4 route")
                .isEqualTo(5);
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
        Map<Integer, String> before = comparable(stage.home, eni.name());
        NetworkNamespace pod = stage.newNamespace("pod");
        Netns netns = stage.enter(pod);
        stage.devices.moveIn(eni, netns, Stage.bare("eth0"), Stage.TIMEOUT);
        pod.setMtu("eth0", 1234);
        pod.setTxQueueLength("eth0", 77);
        pod.setGroup("eth0", 9);
        pod.setMac("eth0", Stage.mac(999_999));
        pod.addAlternativeName("eth0", "planted");
        pod.addMacvlan("stacked", "eth0");
        pod.addQdisc("eth0", "clsact");
        pod.set("eth0", "limit", Attributes.builder().u32(LinkMessage.IFLA_GSO_MAX_SIZE, 3000));
        pod.set("eth0", "mode", Attributes.builder().u8(LinkMessage.IFLA_LINKMODE, 1));
        pod.set(
                "eth0",
                "broadcast",
                Attributes.builder()
                        .bytes(LinkMessage.IFLA_BROADCAST, Stage.mac(1).toBytes()));
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
        assertThat(stage.home.qdiscs(eni.name())).isEmpty();
        assertThat(stage.home.device(eni.name())).contains(eni);
        assertThat(pod.devices()).isEmpty();
        assertThat(comparable(stage.home, eni.name())).isEqualTo(before);
    }

    /** Everything the kernel tells of a link but what changes by itself. */
    private static Map<Integer, String> comparable(NetworkNamespace namespace, String name) {
        Map<Integer, String> values = new TreeMap<>();
        LinkMessage link = namespace.links().stream()
                .filter(each -> Devices.name(each).equals(name))
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
