// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Maps links of the kernel to devices of the SPI. A device is a link with a usable Ethernet address. */
public final class DeviceMapper {
    private DeviceMapper() {}

    /** The device; empty for links without a unicast Ethernet address, like loopback and most tunnels. */
    public static Optional<Device> of(LinkMessage link) {
        return of(link, Map.of());
    }

    /** The device, with these settings of offload in addition to those the link shows. */
    public static Optional<Device> of(LinkMessage link, Map<String, Integer> offload) {
        Map<String, Integer> segmentation = new TreeMap<>(SegmentationLimit.of(link));
        segmentation.putAll(offload);
        return LinkIdentity.mac(link.address())
                .map(mac -> new Device(
                        link.index(),
                        link.name(),
                        mac,
                        LinkIdentity.mac(link.permanentAddress()),
                        link.kind(),
                        link.parent(),
                        link.has(LinkMessage.IFF_UP),
                        link.mtu().orElse(0),
                        link.txQueueLength().orElse(0),
                        link.group().orElse(0),
                        segmentation,
                        flags(link),
                        link.alias(),
                        link.alternativeNames(),
                        link.master().orElse(0)));
    }

    /** The device with the attributes that a move into a sandbox changes; there it belongs to no bridge or bond. */
    public static Device moved(Device device, int ifindex, String name, boolean up, int mtu, String alias) {
        return new Device(
                ifindex,
                name,
                device.mac(),
                device.permanentMac(),
                device.kind(),
                device.parent(),
                up,
                mtu,
                device.txQueueLength(),
                device.group(),
                device.segmentation(),
                device.flags(),
                Optional.of(alias),
                device.altNames(),
                0);
    }

    static List<String> flags(LinkMessage link) {
        List<String> flags = new ArrayList<>();
        if (link.has(LinkMessage.IFF_PROMISC)) {
            flags.add("promisc");
        }
        if (link.has(LinkMessage.IFF_ALLMULTI)) {
            flags.add("allmulti");
        }
        if (link.has(LinkMessage.IFF_NOARP)) {
            flags.add("noarp");
        }
        return flags;
    }
}
