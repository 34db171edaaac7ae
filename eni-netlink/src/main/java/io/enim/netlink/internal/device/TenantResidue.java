package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.wire.LinkMessage.IFF_ALLMULTI;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_AUTOMEDIA;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_DEBUG;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_DYNAMIC;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_MULTICAST;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_NOARP;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_NOTRAILERS;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_PORTSEL;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_PROMISC;
import static io.enim.netlink.internal.wire.LinkMessage.IFF_UP;

import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.SegmentationLimit;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a tenant can leave on a device, how it shows, and what puts it right (P13). The move itself takes addresses,
 * routes, queueing disciplines, filters, multicast memberships and the device's sysctls with it; what is listed here
 * survives a move.
 */
final class TenantResidue {
    /** Every flag that {@code __dev_change_flags} (net/core/dev.c) lets a tenant set. */
    private static final int TENANT_FLAGS = IFF_DEBUG
            | IFF_NOTRAILERS
            | IFF_NOARP
            | IFF_DYNAMIC
            | IFF_MULTICAST
            | IFF_PORTSEL
            | IFF_AUTOMEDIA
            | IFF_PROMISC
            | IFF_ALLMULTI;

    /** What Ethernet devices start with ({@code ether_setup}, net/ethernet/eth.c). */
    private static final int CLEAN_FLAGS = IFF_MULTICAST;

    private static final int XDP_FLAGS = 3;
    private static final int XDP_MODES = 3;

    private TenantResidue() {}

    /** What of a link is not as it should be between two endpoints. */
    static List<String> differences(DeviceBaseline home, LinkMessage link) {
        return differences(home, DeviceMapper.of(link), link);
    }

    /** The same, but any name is right. */
    static List<String> differencesButName(DeviceBaseline home, LinkMessage link) {
        return differences(home, DeviceMapper.of(link).map(device -> DeviceMapper.named(device, home.name())), link);
    }

    /** What a tenant made of it: its name inside, and the mark it was moved in with, are not of the tenant's making. */
    static List<String> differencesByTenant(DeviceBaseline home, LinkMessage link) {
        Optional<Device> device = DeviceMapper.of(link)
                .map(seen -> DeviceMapper.named(seen, home.name()))
                .map(seen -> LinkMatcher.isEnimAlias(seen.alias().orElse(""), home.mac())
                        ? DeviceMapper.withoutAlias(seen)
                        : seen);
        return differences(home, device, link);
    }

    private static List<String> differences(DeviceBaseline home, Optional<Device> device, LinkMessage link) {
        if (device.isEmpty()) {
            return List.of("mac is no unicast Ethernet address, not " + home.mac());
        }
        List<String> differences = new ArrayList<>(home.differences(device.get()));
        int odd = (link.flags() ^ CLEAN_FLAGS) & TENANT_FLAGS & ~(IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP);
        if (odd != 0) {
            differences.add("flags 0x" + Integer.toHexString(odd) + " are not as on a fresh device");
        }
        link.broadcast()
                .filter(address -> !Arrays.equals(address, broadcast(address.length)))
                .ifPresent(address -> differences.add("broadcast address is " + Arrays.toString(address)));
        if (link.attributes().u8(LinkMessage.IFLA_LINKMODE).orElse(0) != 0) {
            differences.add("link mode is dormant, not default");
        }
        if (link.hasXdp()) {
            differences.add("an XDP program is attached");
        }
        return differences;
    }

    private static byte[] broadcast(int length) {
        byte[] all = new byte[length];
        Arrays.fill(all, (byte) 0xff);
        return all;
    }

    /** Requests that have to come before the link is renamed or moved. */
    static List<NetlinkRequest> requestsBeforeMove(LinkMessage link) {
        String device = DeviceMapper.describe(link);
        List<NetlinkRequest> requests = new ArrayList<>();
        for (int mode = 1; mode <= XDP_MODES && link.hasXdp(); mode++) {
            // XDP_FLAGS_SKB_MODE, _DRV_MODE and _HW_MODE of linux/if_link.h; a mode that has no program answers 0.
            Attributes none = Attributes.builder()
                    .u32(LinkMessage.IFLA_XDP_FD, -1)
                    .u32(XDP_FLAGS, 1 << mode)
                    .build();
            Attributes xdp =
                    Attributes.builder().nested(LinkMessage.IFLA_XDP, none).build();
            requests.add(
                    LinkRequests.set(NetlinkOperation.DETACH_XDP, link.index(), 0, 0, xdp, "detach XDP from", device));
        }
        if (!link.alternativeNames().isEmpty()) {
            requests.add(LinkRequests.removeAlternativeNames(link.index(), link.alternativeNames(), device));
        }
        return requests;
    }

    /** Adds what puts the link right to the attributes of the request that names or moves it. */
    static void restore(Attributes.Builder attributes, DeviceBaseline home, LinkMessage link) {
        attributes.text(LinkMessage.IFLA_IFALIAS, "");
        if (!DeviceMapper.mac(link.address()).equals(Optional.of(home.mac()))) {
            attributes.bytes(LinkMessage.IFLA_ADDRESS, home.mac().toBytes());
        }
        if (link.mtu().orElse(home.mtu()) != home.mtu() && isAllowedMtu(link, home.mtu())) {
            attributes.u32(LinkMessage.IFLA_MTU, home.mtu());
        }
        attributes.u32(LinkMessage.IFLA_GROUP, home.group());
        // Beside restoring it, this makes the kernel announce the link after the alias was set, which it does for no
        // change of an alias by itself: so the result is read back without another request.
        link.broadcast().ifPresent(address -> attributes.bytes(LinkMessage.IFLA_BROADCAST, broadcast(address.length)));
        if (link.txQueueLength().orElse(home.txQueueLength()) != home.txQueueLength() && home.txQueueLength() >= 0) {
            attributes.u32(LinkMessage.IFLA_TXQLEN, home.txQueueLength());
        }
        if (link.attributes().u8(LinkMessage.IFLA_LINKMODE).orElse(0) != 0) {
            attributes.u8(LinkMessage.IFLA_LINKMODE, 0);
        }
        SegmentationLimit.restore(attributes, home.segmentation(), link);
    }

    /** Sets the flags a tenant may have touched, and takes the link down, in the request that also restores the rest. */
    static NetlinkRequest request(NetlinkOperation step, LinkMessage link, Attributes attributes, String operation) {
        return LinkRequests.set(
                step,
                link.index(),
                CLEAN_FLAGS,
                TENANT_FLAGS | IFF_UP,
                attributes,
                operation,
                DeviceMapper.describe(link));
    }

    /** An MTU out of the device's range is refused only after the move; the kernel says 0 for no upper limit. */
    private static boolean isAllowedMtu(LinkMessage link, int mtu) {
        int max = link.maxMtu().orElse(0);
        return mtu > 0 && mtu >= link.minMtu().orElse(0) && (max == 0 || mtu <= max);
    }
}
