// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.residue;

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
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.rtnl.DeviceMapper;
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
 * The changes a tenant can leave on a device: how they show, and the requests that undo them (P13). The move itself
 * removes addresses, routes, queueing disciplines, filters, multicast memberships and the device's sysctls; the changes
 * listed here survive a move.
 */
public final class TenantResidue {
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

    /** A list is one attribute, which has at most 64 KiB; a name has at most 127 bytes ({@code ALTIFNAMSIZ}). */
    private static final int NAMES_PER_REQUEST = 256;

    private static final int XDP_FLAGS = 3;
    private static final int XDP_MODES = 3;

    private TenantResidue() {}

    /** The differences of a link from its baseline between two endpoints, but for its name. */
    public static List<String> differencesButName(DeviceBaseline baseline, LinkMessage link) {
        return differences(baseline, link.with(LinkMessage.IFLA_IFNAME, baseline.name()));
    }

    /** The differences that a tenant made, so without its name inside, and the alias and MTU it was moved in with. */
    public static List<String> differencesByTenant(DeviceBaseline baseline, LinkMessage link) {
        boolean isOurAlias = LinkMatcher.isEnimAlias(link.alias().orElse(""), baseline.mac());
        if (!isOurAlias) {
            return differencesButName(baseline, link);
        }
        int mtu = link.mtu().orElse(0);
        boolean isOurMtu = LinkMatcher.isAliasWithMtu(link.alias().orElse(""), mtu);
        return differencesButName(isOurMtu ? baseline.withMtu(mtu) : baseline, link.with(LinkMessage.IFLA_IFALIAS, ""));
    }

    /** The differences of a link from its baseline between two endpoints. */
    public static List<String> differences(DeviceBaseline baseline, LinkMessage link) {
        Optional<Device> device = DeviceMapper.of(link);
        if (device.isEmpty()) {
            return List.of("mac is no unicast Ethernet address, not " + baseline.mac());
        }
        List<String> differences = new ArrayList<>(baseline.differences(device.get()));
        int odd = (link.flags() ^ CLEAN_FLAGS) & TENANT_FLAGS & ~(IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP);
        if (odd != 0) {
            differences.add("flags 0x" + Integer.toHexString(odd) + " differ from a new device's");
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

    /** The requests that must come before the link is renamed or moved. */
    public static List<NetlinkRequest> requestsBeforeMove(LinkMessage link) {
        String device = LinkIdentity.describe(link);
        List<NetlinkRequest> requests = new ArrayList<>();
        for (int mode = 1; mode <= XDP_MODES && link.hasXdp(); mode++) {
            // XDP_FLAGS_SKB_MODE, _DRV_MODE and _HW_MODE of linux/if_link.h; a mode without a program is no error.
            Attributes.Builder none =
                    Attributes.builder().u32(LinkMessage.IFLA_XDP_FD, -1).u32(XDP_FLAGS, 1 << mode);
            LinkMessage detached = LinkMessage.of(link.index(), Attributes.nest(LinkMessage.IFLA_XDP, none));
            requests.add(LinkRequests.set(NetlinkOperation.DETACH_XDP, detached, "detach XDP from", device));
        }
        List<String> names = link.alternativeNames();
        for (int from = 0; from < names.size(); from += NAMES_PER_REQUEST) {
            List<String> part = names.subList(from, Math.min(names.size(), from + NAMES_PER_REQUEST));
            requests.add(LinkRequests.removeAlternativeNames(link.index(), part, device));
        }
        return requests;
    }

    /** Adds the attributes that restore the baseline to those of the request that names or moves the link. */
    public static void restore(Attributes.Builder attributes, DeviceBaseline baseline, LinkMessage link) {
        attributes.text(LinkMessage.IFLA_IFALIAS, "");
        if (!LinkIdentity.mac(link.address()).equals(Optional.of(baseline.mac()))) {
            attributes.bytes(LinkMessage.IFLA_ADDRESS, baseline.mac().toBytes());
        }
        if (link.mtu().orElse(baseline.mtu()) != baseline.mtu() && link.allowsMtu(baseline.mtu())) {
            attributes.u32(LinkMessage.IFLA_MTU, baseline.mtu());
        }
        attributes.u32(LinkMessage.IFLA_GROUP, baseline.group());
        // Besides restoring it, this makes the kernel announce the link after the alias was set, which it does not do
        // for a change of alias alone: so the result is read back without another request.
        link.broadcast().ifPresent(address -> attributes.bytes(LinkMessage.IFLA_BROADCAST, broadcast(address.length)));
        if (link.txQueueLength().orElse(baseline.txQueueLength()) != baseline.txQueueLength()
                && baseline.txQueueLength() >= 0) {
            attributes.u32(LinkMessage.IFLA_TXQLEN, baseline.txQueueLength());
        }
        if (link.attributes().u8(LinkMessage.IFLA_LINKMODE).orElse(0) != 0) {
            attributes.u8(LinkMessage.IFLA_LINKMODE, 0);
        }
        SegmentationLimit.restore(attributes, baseline.segmentation(), link);
    }

    /** Resets the flags that a tenant can set, and takes the link down, in the request that also restores the rest. */
    public static NetlinkRequest request(
            NetlinkOperation operation, LinkMessage link, Attributes attributes, String description) {
        LinkMessage clean = LinkMessage.of(link.index(), CLEAN_FLAGS, TENANT_FLAGS | IFF_UP, attributes);
        return LinkRequests.set(operation, clean, description, LinkIdentity.describe(link));
    }
}
