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
            new DeviceBaseline(MAC, "ens5", 2, 9001, 1000, 0, Map.of(), Optional.empty(), Optional.empty());

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
        byte[] changed = MacAddress.parse("02:00:5e:00:53:02").toBytes();
        LinkMessage dirty = link(Attributes.builder().bytes(LinkMessage.IFLA_ADDRESS, changed));
        assertThat(restore(BASELINE, dirty).bytes(LinkMessage.IFLA_ADDRESS).orElseThrow())
                .isEqualTo(MAC.toBytes());
    }

    @Test
    void anMtuOutOfTheDevicesRangeIsNotAskedFor() {
        assertThat(restore(BASELINE, withMaxMtu(1500)).u32(LinkMessage.IFLA_MTU))
                .isEmpty();
        assertThat(restore(BASELINE, withMaxMtu(0)).u32(LinkMessage.IFLA_MTU)).hasValue(9001);
    }

    private static LinkMessage withMaxMtu(int max) {
        Attributes.Builder range =
                Attributes.builder().u32(LinkMessage.IFLA_MTU, 1500).u32(LinkMessage.IFLA_MIN_MTU, 68);
        return link(range.u32(LinkMessage.IFLA_MAX_MTU, max));
    }

    @Test
    void aLinkWithoutAUsableMacIsNotClean() {
        LinkMessage zero = link(Attributes.builder().bytes(LinkMessage.IFLA_ADDRESS, new byte[6]));
        assertThat(TenantResidue.differences(BASELINE, zero))
                .singleElement()
                .asString()
                .contains(MAC.toString());
    }
}
