// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code struct rtmsg} with its attributes (linux/rtnetlink.h), as in {@code RTM_NEWROUTE} and {@code RTM_GETROUTE}.
 *
 * @param destinationLength {@code rtm_dst_len}
 * @param table {@code rtm_table}, which {@code RTA_TABLE} widens to 32 bits
 */
public record RouteMessage(
        int family,
        int destinationLength,
        int table,
        int protocol,
        int scope,
        int type,
        int flags,
        Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWROUTE = 24;
    public static final int RTM_GETROUTE = 26;

    public static final int RTA_DST = 1;
    public static final int RTA_OIF = 4;
    public static final int RTA_GATEWAY = 5;
    /** The metric: of several routes to one destination the lowest is used. Without it IPv4's is 0, IPv6's 1024. */
    public static final int RTA_PRIORITY = 6;

    public static final int RTA_PREFSRC = 7;
    private static final int RTA_MULTIPATH = 9;
    public static final int RTA_TABLE = 15;
    /** The object that says where the route leaves; {@code RTA_OIF} and {@code RTA_MULTIPATH} may then be missing. */
    public static final int RTA_NH_ID = 30;

    public static final int RT_TABLE_MAIN = 254;
    public static final int RTPROT_KERNEL = 2;
    public static final int RTPROT_STATIC = 4;
    public static final int RT_SCOPE_UNIVERSE = 0;
    public static final int RTN_UNICAST = 1;
    public static final int RTNH_F_ONLINK = 4;

    private static final int SIZE = 12;
    /** {@code sizeof(struct rtnexthop)}. */
    private static final int NEXTHOP_SIZE = 8;

    public static RouteMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("rtmsg", SIZE);
        return new RouteMessage(
                in.get(0) & 0xff,
                in.get(1) & 0xff,
                in.get(4) & 0xff,
                in.get(5) & 0xff,
                in.get(6) & 0xff,
                in.get(7) & 0xff,
                in.getInt(8),
                Attributes.read(in.position(SIZE)));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put(0, (byte) family)
                .put(1, (byte) destinationLength)
                .put(4, (byte) table) // after rtm_src_len and rtm_tos
                .put(5, (byte) protocol)
                .put(6, (byte) scope)
                .put(7, (byte) type)
                .putInt(8, flags)
                .array();
    }

    /** The table's number in full. */
    public int fullTable() {
        return attributes.u32(RTA_TABLE).orElse(table);
    }

    public Optional<byte[]> destination() {
        return attributes.bytes(RTA_DST);
    }

    public Optional<byte[]> gateway() {
        return attributes.bytes(RTA_GATEWAY);
    }

    /** The id of its nexthop object. */
    public OptionalInt nexthop() {
        return attributes.u32(RTA_NH_ID);
    }

    /** The index of every device the route leaves by: {@code RTA_OIF}, or those of its {@code RTA_MULTIPATH}. */
    public List<Integer> devices() {
        List<Integer> devices = new ArrayList<>();
        attributes.u32(RTA_OIF).ifPresent(devices::add);
        attributes.bytes(RTA_MULTIPATH).ifPresent(hops -> readHops(hops, devices));
        return devices;
    }

    private static void readHops(byte[] hops, List<Integer> devices) {
        ByteBuffer in = Align.wrap(hops);
        while (in.remaining() >= NEXTHOP_SIZE) {
            int start = in.position();
            int length = Short.toUnsignedInt(in.getShort());
            in.getShort(); // rtnh_flags and rtnh_hops
            devices.add(in.getInt());
            if (length < NEXTHOP_SIZE || length > in.limit() - start) {
                throw new MalformedMessageException("struct rtnexthop at byte " + start + ": length " + length
                        + " exceeds the " + in.limit() + " bytes there are");
            }
            in.position(Math.min(start + Align.up(length), in.limit()));
        }
    }
}
