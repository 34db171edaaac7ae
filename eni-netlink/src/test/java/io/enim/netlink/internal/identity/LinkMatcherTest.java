package io.enim.netlink.internal.identity;

import static io.enim.netlink.internal.wire.LinkMessage.IFLA_ADDRESS;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_IFALIAS;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_IFNAME;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_LINK;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_PARENT_DEV_NAME;
import static io.enim.netlink.internal.wire.LinkMessage.IFLA_PERM_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Finds an ENI among hardware that this build does not have. */
class LinkMatcherTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:5e:00:53:01");
    private static final MacAddress OTHER = MacAddress.parse("02:00:5e:00:53:02");
    private static final String PARENT = "0000:00:05.0";
    private static final DeviceBaseline HARDWARE =
            new DeviceBaseline(MAC, "ens5", 2, 1500, 1000, 0, Map.of(), Optional.of(PARENT), Optional.empty());
    private static final DeviceBaseline VIRTUAL =
            new DeviceBaseline(MAC, "eni0", 2, 1500, 1000, 0, Map.of(), Optional.empty(), Optional.of("veth"));

    private static LinkMessage link(int index, String name, MacAddress mac, Attributes.Builder more) {
        return LinkMessage.of(
                index,
                more.text(IFLA_IFNAME, name).bytes(IFLA_ADDRESS, mac.toBytes()).build());
    }

    private static LinkMessage virtual(int index, String name, MacAddress mac) {
        return link(index, name, mac, Attributes.builder());
    }

    private static LinkMessage hardware(int index, String name, MacAddress current, String parent) {
        Attributes.Builder permanent = Attributes.builder().bytes(IFLA_PERM_ADDRESS, MAC.toBytes());
        return link(index, name, current, permanent.text(IFLA_PARENT_DEV_NAME, parent));
    }

    private static LinkMessage withAlias(int index, String name, MacAddress mac, String hostName) {
        return link(
                index,
                name,
                mac,
                Attributes.builder().text(IFLA_IFALIAS, LinkMatcher.alias(MAC, hostName, OptionalInt.empty())));
    }

    private static LinkMessage stacked(int index, String name, MacAddress mac, int lower) {
        return link(index, name, mac, ofKind("macvlan").u32(IFLA_LINK, lower));
    }

    private static Attributes.Builder ofKind(String kind) {
        Attributes.Builder info = Attributes.builder().text(LinkMessage.IFLA_INFO_KIND, kind);
        return Attributes.builder().nested(LinkMessage.IFLA_LINKINFO, info.build());
    }

    private static Optional<String> find(DeviceBaseline baseline, LinkMessage... links) {
        return LinkMatcher.find(List.of(links), baseline).map(LinkMessage::name);
    }

    @Test
    void hardwareIsKnownByItsPermanentMacWhateverTheCurrentOneIs() {
        LinkMessage spoofed = hardware(7, "eth0", OTHER, PARENT);
        assertThat(find(HARDWARE, spoofed)).contains("eth0");
        assertThat(LinkMatcher.find(List.of(spoofed), MAC)).isPresent();
        assertThat(LinkMatcher.find(List.of(spoofed), OTHER)).isEmpty();
    }

    @Test
    void p9_aDecoyBesideHardwareIsPassedOver() {
        assertThat(find(HARDWARE, virtual(9, "decoy", MAC), hardware(7, "eth0", OTHER, PARENT)))
                .contains("eth0");
    }

    @Test
    void p9_aDecoyInPlaceOfHardwareIsNotTaken() {
        assertThat(find(HARDWARE, virtual(2, "eth0", MAC))).isEmpty();
    }

    @Test
    void p1_p2_aPassthruMacvlanThatShowsThePermanentMacIsNotTheDevice() {
        Attributes.Builder macvlan = ofKind("macvlan").bytes(IFLA_PERM_ADDRESS, MAC.toBytes());
        LinkMessage elsewhere = link(9, "eth0", MAC, macvlan.u32(IFLA_LINK, 7).u32(LinkMessage.IFLA_LINK_NETNSID, 0));
        // Older kernels leave IFLA_LINK out where both indexes are equal.
        LinkMessage sameIndex = link(7, "eth0", MAC, ofKind("macvlan").bytes(IFLA_PERM_ADDRESS, MAC.toBytes()));
        assertThat(find(HARDWARE, elsewhere)).isEmpty();
        assertThat(find(HARDWARE, sameIndex)).isEmpty();
        assertThat(LinkMatcher.find(List.of(elsewhere, sameIndex), MAC)).isEmpty();
        assertThat(find(HARDWARE, elsewhere, hardware(7, "eth1", OTHER, PARENT)))
                .contains("eth1");
    }

    @Test
    void p1_p2_aNicInAnotherSlotIsTheDeviceUnlessOneIsInItsOwn() {
        LinkMessage other = hardware(9, "eth0", MAC, "0000:00:09.0");
        assertThat(find(HARDWARE, other)).contains("eth0");
        assertThat(find(HARDWARE, other, hardware(7, "eth1", OTHER, PARENT))).contains("eth1");
        assertThatThrownBy(() -> find(HARDWARE, other, hardware(8, "eth2", MAC, "0000:00:0a.0")))
                .hasMessageContaining("[eth0, eth2]");
    }

    /** As KubeVirt's bridge binding leaves a pod: eth0 renamed, with a random MAC, and a device of its name and MAC beside it. */
    @Test
    void p1_p2_aLookAlikeWithNameAndMacIsNotTheDevice() {
        LinkMessage real = link(
                2,
                "eth0-nic",
                OTHER,
                ofKind("veth").text(IFLA_IFALIAS, LinkMatcher.alias(MAC, "eni0", OptionalInt.empty())));
        for (String kind : List.of("dummy", "bridge", "ipvlan", "bond", "tun", "vxlan", "netkit", "macvtap", "ifb")) {
            LinkMessage lookAlike = link(3, "eth0", MAC, ofKind(kind));
            assertThat(find(VIRTUAL, lookAlike, real)).as(kind).contains("eth0-nic");
            assertThat(find(VIRTUAL, lookAlike)).as(kind).isEmpty();
        }
    }

    /** As on kernels that report neither a permanent MAC nor a parent device, before 5.6. */
    @Test
    void p1_p2_aVethDeviceIsTheEnisOnlyWhereTheEnisWasOne() {
        DeviceBaseline plain =
                new DeviceBaseline(MAC, "ens5", 2, 1500, 1000, 0, Map.of(), Optional.empty(), Optional.empty());
        LinkMessage veth = link(
                2, "eth0", MAC, ofKind("veth").text(IFLA_IFALIAS, LinkMatcher.alias(MAC, "ens5", OptionalInt.empty())));
        assertThat(find(plain, veth)).isEmpty();
        assertThat(find(VIRTUAL, veth)).contains("eth0");
        assertThat(find(plain, veth, virtual(7, "eth1", MAC))).contains("eth1");
    }

    /** A virtual function has the MAC that its tenant gave it, and a slot of its own. */
    @Test
    void p1_p2_otherHardwareThatWasGivenTheMacIsNotTheDevice() {
        Attributes.Builder slot = Attributes.builder().text(IFLA_PARENT_DEV_NAME, "0000:00:0b.1");
        assertThat(find(HARDWARE, link(9, "eth0", MAC, slot))).isEmpty();
        Attributes.Builder permanent = Attributes.builder().bytes(IFLA_PERM_ADDRESS, OTHER.toBytes());
        assertThat(find(HARDWARE, link(9, "eth0", MAC, permanent.text(IFLA_PARENT_DEV_NAME, "0000:00:0b.1"))))
                .isEmpty();
    }

    @Test
    void aDeviceStackedOnAnotherIsNotTakenForIt() {
        LinkMessage lower = virtual(2, "eth0", MAC);
        assertThat(find(VIRTUAL, lower, stacked(3, "mv0", MAC, 2))).contains("eth0");
        assertThat(find(VIRTUAL, stacked(3, "mv0", MAC, 2), lower)).contains("eth0");
    }

    @Test
    void p9_twoWithOneMacAreAmbiguous() {
        assertThatThrownBy(() -> find(VIRTUAL, virtual(2, "a", MAC), virtual(3, "b", MAC)))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.AMBIGUOUS))
                .hasMessageContaining("[a, b]");
    }

    @Test
    void theAliasTellsWhichOfTwoItIs() {
        assertThat(find(VIRTUAL, virtual(2, "a", MAC), withAlias(3, "b", MAC, "eni0")))
                .contains("b");
    }

    @Test
    void theAliasIsNoProofForHardware() {
        LinkMessage withAlias = withAlias(3, "b", OTHER, "ens5");
        assertThat(find(HARDWARE, withAlias)).isEmpty();
        assertThat(find(VIRTUAL, withAlias)).contains("b");
    }

    @Test
    void loopbackAndDevicesWithoutAMacMatchNoEni() {
        Attributes zero = Attributes.builder().bytes(IFLA_ADDRESS, new byte[6]).build();
        LinkMessage loopback = LinkMessage.of(1, LinkMessage.IFF_LOOPBACK, 0, zero);
        Attributes ipv4 = Attributes.builder().bytes(IFLA_ADDRESS, new byte[4]).build();
        LinkMessage tunnel = LinkMessage.of(4, ipv4);
        assertThat(find(VIRTUAL, loopback, tunnel)).isEmpty();
        assertThat(DeviceMapper.of(loopback)).isEmpty();
        assertThat(DeviceMapper.of(tunnel)).isEmpty();
    }
}
