// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import io.enim.PrintableText;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code struct ifinfomsg} (linux/rtnetlink.h) with its attributes (linux/if_link.h), as in {@code RTM_NEWLINK},
 * {@code RTM_DELLINK}, {@code RTM_SETLINK} and {@code RTM_GETLINK}.
 *
 * @param family {@code ifi_family}; 0, or another family in notifications that carry only its part
 * @param type {@code ifi_type}, an {@code ARPHRD_} of linux/if_arp.h
 * @param change {@code ifi_change}, which flags a request sets
 */
public record LinkMessage(int family, int type, int index, int flags, int change, Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWLINK = 16;
    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_SETLINK = 19;
    public static final int RTM_NEWLINKPROP = 108;
    public static final int RTM_DELLINKPROP = 109;

    public static final int IFLA_ADDRESS = 1;
    public static final int IFLA_BROADCAST = 2;
    public static final int IFLA_IFNAME = 3;
    public static final int IFLA_MTU = 4;
    public static final int IFLA_LINK = 5;
    public static final int IFLA_MASTER = 10;
    public static final int IFLA_TXQLEN = 13;
    public static final int IFLA_OPERSTATE = 16;
    /** A value of {@code IFLA_OPERSTATE} ({@code IF_OPER_UP}). */
    public static final int IF_OPER_UP = 6;

    public static final int IFLA_LINKMODE = 17;
    public static final int IFLA_LINKINFO = 18;
    public static final int IFLA_IFALIAS = 20;
    public static final int IFLA_AF_SPEC = 26;
    public static final int IFLA_GROUP = 27;
    public static final int IFLA_NET_NS_FD = 28;
    public static final int IFLA_EXT_MASK = 29;
    public static final int IFLA_NUM_TX_QUEUES = 31;
    public static final int IFLA_NUM_RX_QUEUES = 32;
    public static final int IFLA_LINK_NETNSID = 37;
    public static final int IFLA_GSO_MAX_SEGS = 40;
    public static final int IFLA_GSO_MAX_SIZE = 41;
    public static final int IFLA_XDP = 43;
    public static final int IFLA_TARGET_NETNSID = 46;
    public static final int IFLA_NEW_IFINDEX = 49;
    public static final int IFLA_MIN_MTU = 50;
    public static final int IFLA_MAX_MTU = 51;
    public static final int IFLA_PROP_LIST = 52;
    public static final int IFLA_ALT_IFNAME = 53;
    public static final int IFLA_PERM_ADDRESS = 54;
    public static final int IFLA_PARENT_DEV_NAME = 56;
    private static final int IFLA_PARENT_DEV_BUS_NAME = 57;
    public static final int IFLA_GRO_MAX_SIZE = 58;
    public static final int IFLA_GSO_IPV4_MAX_SIZE = 63;
    public static final int IFLA_GRO_IPV4_MAX_SIZE = 64;

    public static final int IFLA_INFO_KIND = 1;
    public static final int IFLA_INFO_DATA = 2;
    public static final int IFLA_INFO_SLAVE_KIND = 4;
    /** {@code VETH_INFO_PEER} of linux/veth.h. */
    public static final int VETH_INFO_PEER = 1;

    /** In {@code IFLA_AF_SPEC} of {@code AF_INET}: settings by their number of linux/ip.h. */
    public static final int IFLA_INET_CONF = 1;

    public static final int IPV4_DEVCONF_SEND_REDIRECTS = 6;
    public static final int IPV4_DEVCONF_RP_FILTER = 8;

    public static final int IFLA_XDP_FD = 1;
    public static final int IFLA_XDP_ATTACHED = 2;
    private static final int IFLA_XDP_PROG_ID = 4;
    private static final int IFLA_XDP_HW_PROG_ID = 7;

    /** Leaves the counters out of answers ({@code RTEXT_FILTER_SKIP_STATS} of linux/rtnetlink.h). */
    public static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;

    public static final int IFF_UP = 0x1;
    public static final int IFF_DEBUG = 0x4;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFF_NOTRAILERS = 0x20;
    public static final int IFF_NOARP = 0x80;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_ALLMULTI = 0x200;
    public static final int IFF_MULTICAST = 0x1000;
    public static final int IFF_PORTSEL = 0x2000;
    public static final int IFF_AUTOMEDIA = 0x4000;
    public static final int IFF_DYNAMIC = 0x8000;

    /** Kinds whose {@code IFLA_LINK} names a peer at the other end, not a device below. */
    private static final Set<String> PAIRED = Set.of("veth", "netkit", "vxcan");

    private static final List<Integer> NESTED = List.of(IFLA_LINKINFO, IFLA_XDP, IFLA_PROP_LIST);

    private static final int SIZE = 16;

    public static LinkMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("ifinfomsg", SIZE);
        int type = Short.toUnsignedInt(in.getShort(2));
        Attributes attributes = readable(in.position(SIZE));
        return new LinkMessage(in.get(0) & 0xff, type, in.getInt(4), in.getInt(8), in.getInt(12), attributes);
    }

    /** None of a link whose attributes, or those inside them, cannot be read: it costs itself alone, and no other link. */
    private static Attributes readable(ByteBuffer in) {
        try {
            Attributes attributes = Attributes.read(in);
            NESTED.forEach(attributes::nested);
            return attributes;
        } catch (MalformedMessageException e) {
            return Attributes.NONE;
        }
    }

    /** Whether its attributes could be read: each link has a name. */
    public boolean isReadable() {
        return attributes.has(IFLA_IFNAME);
    }

    /** A request about the device with this index; 0 where an attribute names the device or no device is meant. */
    public static LinkMessage of(int index, Attributes attributes) {
        return of(index, 0, 0, attributes);
    }

    /** The same, with the flags that {@code change} names. */
    public static LinkMessage of(int index, int flags, int change, Attributes attributes) {
        return new LinkMessage(0, 0, index, flags, change, attributes);
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put(0, (byte) family)
                .putShort(2, (short) type)
                .putInt(4, index)
                .putInt(8, flags)
                .putInt(12, change)
                .array();
    }

    /** The link with this nested row in place of its attribute of that type. */
    public LinkMessage with(int attribute, Attributes inner) {
        return new LinkMessage(family, type, index, flags, change, attributes.with(attribute, inner));
    }

    /** The link with another text in this attribute. */
    public LinkMessage with(int attribute, String text) {
        return new LinkMessage(family, type, index, flags, change, attributes.with(attribute, text));
    }

    /** The same link with these alternative names. */
    public LinkMessage withAlternativeNames(List<String> names) {
        Attributes.Builder list = Attributes.builder();
        names.forEach(name -> list.text(IFLA_ALT_IFNAME, name));
        return new LinkMessage(family, type, index, flags, change, attributes.with(IFLA_PROP_LIST, list.build()));
    }

    public boolean has(int flag) {
        return (flags & flag) == flag;
    }

    /** The name, or the index where the message has none. */
    public String name() {
        return attributes.text(IFLA_IFNAME).orElse("index " + index);
    }

    /** The name, for messages: a tenant chose it. */
    public String printableName() {
        return PrintableText.of(name());
    }

    /** {@code IFLA_ADDRESS}; its length depends on the type of device. */
    public Optional<byte[]> address() {
        return attributes.bytes(IFLA_ADDRESS);
    }

    public Optional<byte[]> permanentAddress() {
        return attributes.bytes(IFLA_PERM_ADDRESS);
    }

    public Optional<byte[]> broadcast() {
        return attributes.bytes(IFLA_BROADCAST);
    }

    /** Whether an MTU is in the device's range; the kernel reports 0 for no upper limit. */
    public boolean allowsMtu(int mtu) {
        int max = attributes.u32(IFLA_MAX_MTU).orElse(0);
        return mtu > 0 && mtu >= attributes.u32(IFLA_MIN_MTU).orElse(0) && (max == 0 || mtu <= max);
    }

    public OptionalInt mtu() {
        return attributes.u32(IFLA_MTU);
    }

    public OptionalInt txQueueLength() {
        return attributes.u32(IFLA_TXQLEN);
    }

    public OptionalInt group() {
        return attributes.u32(IFLA_GROUP);
    }

    /** {@code IFLA_LINK}: the index of the device below, in the namespace {@link #linkNamespaceId} names. */
    public OptionalInt link() {
        return attributes.u32(IFLA_LINK);
    }

    /** {@code IFLA_LINK_NETNSID}; absent when the device below is in the same namespace. */
    public OptionalInt linkNamespaceId() {
        return attributes.u32(IFLA_LINK_NETNSID);
    }

    public OptionalInt master() {
        return attributes.u32(IFLA_MASTER);
    }

    public Optional<String> alias() {
        return attributes.text(IFLA_IFALIAS).filter(alias -> !alias.isEmpty());
    }

    public List<String> alternativeNames() {
        return attributes.nested(IFLA_PROP_LIST).texts(IFLA_ALT_IFNAME);
    }

    public Optional<String> kind() {
        return attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND);
    }

    /** Whether an XDP program is attached ({@code XDP_ATTACHED_NONE} is 0). */
    public boolean hasXdp() {
        return attributes.nested(IFLA_XDP).u8(IFLA_XDP_ATTACHED).orElse(0) != 0;
    }

    /** The ids of the XDP programs that are attached, one for each mode. */
    public List<Integer> xdpPrograms() {
        Attributes xdp = attributes.nested(IFLA_XDP);
        return IntStream.rangeClosed(IFLA_XDP_PROG_ID, IFLA_XDP_HW_PROG_ID)
                .flatMap(type -> xdp.u32(type).stream())
                .distinct()
                .boxed()
                .toList();
    }

    /** Bus and name of the parent device; empty for virtual devices, and on kernels before 5.14. */
    public Optional<String> parent() {
        String bus = attributes
                .text(IFLA_PARENT_DEV_BUS_NAME)
                .map(name -> name + "/")
                .orElse("");
        return attributes.text(IFLA_PARENT_DEV_NAME).map(name -> bus + name);
    }

    /** Whether the link is stacked on another device. */
    public boolean isUpper() {
        return link().orElse(0) != 0
                && kind().filter(kind -> !PAIRED.contains(kind)).isPresent();
    }

    /** Whether the link is stacked on the other one in the same namespace, or is its bridge or bond. */
    public boolean isOver(LinkMessage lower) {
        boolean stacked = isUpper() && linkNamespaceId().isEmpty() && link().orElse(0) == lower.index;
        return index != lower.index && (stacked || lower.master().orElse(0) == index);
    }
}
