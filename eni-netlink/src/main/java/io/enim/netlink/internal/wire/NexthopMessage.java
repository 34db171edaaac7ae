// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code struct nhmsg} with its attributes (linux/nexthop.h), as in {@code RTM_NEWNEXTHOP} and {@code RTM_GETNEXTHOP}: an
 * object that routes refer to instead of naming a device.
 */
public record NexthopMessage(int family, Attributes attributes) implements MessageBody {
    public static final int RTM_NEWNEXTHOP = 104;
    public static final int RTM_GETNEXTHOP = 106;

    public static final int NHA_ID = 1;
    public static final int NHA_GROUP = 2;
    public static final int NHA_OIF = 5;
    public static final int NHA_GATEWAY = 6;

    private static final int SIZE = 8;
    /** {@code sizeof(struct nexthop_grp)}. */
    private static final int MEMBER_SIZE = 8;

    public static NexthopMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("nhmsg", SIZE);
        return new NexthopMessage(in.get(0) & 0xff, Attributes.read(in.position(SIZE)));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE).put((byte) family).array();
    }

    public int id() {
        return attributes.u32(NHA_ID).orElse(0);
    }

    /** Whether it leaves by this device itself, not through a member. */
    public boolean leavesBy(int index) {
        return attributes.u32(NHA_OIF).orElse(0) == index;
    }

    /** The ids of the nexthops that a group spreads over; empty for one that is no group. */
    public List<Integer> members() {
        List<Integer> members = new ArrayList<>();
        attributes.bytes(NHA_GROUP).map(Align::wrap).ifPresent(in -> {
            for (int at = 0; at + MEMBER_SIZE <= in.limit(); at += MEMBER_SIZE) {
                members.add(in.getInt(at));
            }
        });
        return members;
    }
}
