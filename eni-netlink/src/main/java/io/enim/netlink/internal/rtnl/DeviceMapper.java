package io.enim.netlink.internal.rtnl;

import io.enim.MacAddress;
import io.enim.PrintableText;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Maps links of the kernel to devices of the SPI. A device is a link with a usable Ethernet address. */
public final class DeviceMapper {
    private static final int ETHERNET_OCTETS = 6;

    private DeviceMapper() {}

    /** The device; empty for links without a unicast Ethernet address, like loopback and most tunnels. */
    public static Optional<Device> of(LinkMessage link) {
        return mac(link.address())
                .map(mac -> new Device(
                        link.index(),
                        name(link),
                        mac,
                        mac(link.permanentAddress()),
                        link.kind(),
                        parent(link),
                        link.has(LinkMessage.IFF_UP),
                        link.mtu().orElse(0),
                        link.txQueueLength().orElse(0),
                        link.group().orElse(0),
                        SegmentationLimit.of(link),
                        flags(link),
                        link.alias(),
                        link.alternativeNames(),
                        link.master().orElse(0)));
    }

    /** The device under another name. */
    public static Device named(Device device, String name) {
        return with(
                device, device.ifindex(), name, device.up(), device.segmentation(), device.alias(), device.master());
    }

    /** The device without its alias. */
    public static Device withoutAlias(Device device) {
        return with(
                device,
                device.ifindex(),
                device.name(),
                device.up(),
                device.segmentation(),
                Optional.empty(),
                device.master());
    }

    /** The device with these settings of segmentation offload in addition to its own. */
    public static Device withOffload(Device device, Map<String, Integer> more) {
        Map<String, Integer> all = new TreeMap<>(device.segmentation());
        all.putAll(more);
        return with(device, device.ifindex(), device.name(), device.up(), all, device.alias(), device.master());
    }

    /** The device with the attributes that a move into a sandbox changes; there it belongs to no bridge or bond. */
    public static Device moved(Device device, int ifindex, String name, boolean up, String alias) {
        return with(device, ifindex, name, up, device.segmentation(), Optional.of(alias), 0);
    }

    private static Device with(
            Device device,
            int ifindex,
            String name,
            boolean up,
            Map<String, Integer> segmentation,
            Optional<String> alias,
            int master) {
        return new Device(
                ifindex,
                name,
                device.mac(),
                device.permanentMac(),
                device.kind(),
                device.parent(),
                up,
                device.mtu(),
                device.txQueueLength(),
                device.group(),
                segmentation,
                device.flags(),
                alias,
                device.altNames(),
                master);
    }

    public static String name(LinkMessage link) {
        return link.name().orElse("index " + link.index());
    }

    /** The MAC that identifies the ENI of a link; empty when it has no usable one. */
    public static Optional<MacAddress> identity(LinkMessage link) {
        return mac(link.permanentAddress()).or(() -> mac(link.address()));
    }

    static Optional<String> parent(LinkMessage link) {
        return link.parentName()
                .map(name -> link.parentBus().map(bus -> bus + "/").orElse("") + name);
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

    /** The address as a MAC; empty when it is empty, zero or a group address, which no ENI has. */
    public static Optional<MacAddress> mac(Optional<byte[]> address) {
        return address.filter(octets -> octets.length == ETHERNET_OCTETS && isUnicast(octets))
                .map(MacAddress::of);
    }

    private static boolean isUnicast(byte[] octets) {
        int any = 0;
        for (byte octet : octets) {
            any |= octet;
        }
        return any != 0 && (octets[0] & 1) == 0;
    }

    /** The name, for messages: a tenant chose it. */
    public static String printableName(LinkMessage link) {
        return PrintableText.of(name(link));
    }

    /** Name and MAC, for messages. */
    public static String describe(LinkMessage link) {
        return printableName(link) + identity(link).map(mac -> " (" + mac + ")").orElse("");
    }
}
