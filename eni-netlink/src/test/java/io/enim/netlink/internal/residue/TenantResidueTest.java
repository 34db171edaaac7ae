package io.enim.netlink.internal.residue;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.MacAddress;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The requests against residue that needs hardware or capabilities which the build does not have. */
class TenantResidueTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:5e:00:53:01");
    private static final DeviceBaseline BASELINE =
            new DeviceBaseline(MAC, "ens5", 2, 9001, 1000, 0, Map.of(), Optional.empty());

    private static Attributes.Builder clean() {
        return Attributes.builder()
                .text(LinkMessage.IFLA_IFNAME, "ens5")
                .bytes(LinkMessage.IFLA_ADDRESS, MAC.toBytes())
                .u32(LinkMessage.IFLA_MTU, 9001)
                .u32(LinkMessage.IFLA_TXQLEN, 1000)
                .u32(LinkMessage.IFLA_GROUP, 0);
    }

    private static LinkMessage link(Attributes.Builder attributes) {
        return new LinkMessage(0, 1, 2, LinkMessage.IFF_MULTICAST, 0, attributes.build());
    }

    private static LinkMessage withXdp() {
        Attributes.Builder attached = Attributes.builder().u8(LinkMessage.IFLA_XDP_ATTACHED, 1);
        return link(clean().nested(LinkMessage.IFLA_XDP, attached.build()));
    }

    private static Attributes restore(DeviceBaseline baseline, LinkMessage link) {
        Attributes.Builder attributes = Attributes.builder();
        TenantResidue.restore(attributes, baseline, link);
        return attributes.build();
    }

    @Test
    void aCleanLinkDiffersInNothingAndNeedsNothingBefore() {
        assertThat(TenantResidue.differences(BASELINE, link(clean()))).isEmpty();
        assertThat(TenantResidue.requestsBeforeMove(link(clean()))).isEmpty();
    }

    @Test
    void p13_anXdpProgramIsDetachedInEveryMode() {
        assertThat(TenantResidue.differences(BASELINE, withXdp())).containsExactly("an XDP program is attached");
        List<Attributes> requests = TenantResidue.requestsBeforeMove(withXdp()).stream()
                .map(request -> request.body().attributes().nested(LinkMessage.IFLA_XDP))
                .toList();
        assertThat(requests)
                .allSatisfy(xdp -> assertThat(xdp.u32(LinkMessage.IFLA_XDP_FD)).hasValue(-1));
        assertThat(requests).extracting(xdp -> xdp.u32(3).orElseThrow()).containsExactly(2, 4, 8);
    }

    @Test
    void theMacIsSetOnlyWhereItDiffers() {
        assertThat(restore(BASELINE, link(clean())).has(LinkMessage.IFLA_ADDRESS))
                .isFalse();
        DeviceBaseline other = new DeviceBaseline(
                MacAddress.parse("02:00:5e:00:53:02"), "ens5", 2, 9001, 1000, 0, Map.of(), Optional.empty());
        assertThat(restore(other, link(clean())).bytes(LinkMessage.IFLA_ADDRESS).orElseThrow())
                .isEqualTo(other.mac().toBytes());
    }

    @Test
    void anMtuOutOfTheDevicesRangeIsNotAskedFor() {
        Attributes.Builder small = Attributes.builder()
                .u32(LinkMessage.IFLA_MTU, 1500)
                .u32(LinkMessage.IFLA_MIN_MTU, 68)
                .u32(LinkMessage.IFLA_MAX_MTU, 1500);
        assertThat(restore(BASELINE, link(small)).u32(LinkMessage.IFLA_MTU)).isEmpty();
        Attributes.Builder unlimited =
                Attributes.builder().u32(LinkMessage.IFLA_MTU, 1500).u32(LinkMessage.IFLA_MAX_MTU, 0);
        assertThat(restore(BASELINE, link(unlimited)).u32(LinkMessage.IFLA_MTU)).hasValue(9001);
    }

    @Test
    void aLinkWithoutAUsableMacIsNotClean() {
        Attributes zero = Attributes.builder()
                .bytes(LinkMessage.IFLA_ADDRESS, new byte[6])
                .build();
        assertThat(TenantResidue.differences(BASELINE, LinkMessage.of(2, zero)))
                .singleElement()
                .asString()
                .contains(MAC.toString());
    }
}
