// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct rtgenmsg} (linux/rtnetlink.h) with the attributes of linux/net_namespace.h: the number under
 * which one network namespace knows another.
 */
public record NamespaceIdMessage(Attributes attributes) implements MessageBody {
    public static final int RTM_NEWNSID = 88;
    public static final int RTM_DELNSID = 89;
    public static final int RTM_GETNSID = 90;

    /** A request's namespace, by a descriptor of the sender's. */
    public static final int NETNSA_FD = 3;

    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_NSID_NOT_ASSIGNED = -1;

    /** {@code struct rtgenmsg} is one byte, the family, and attributes start at the next multiple of four. */
    private static final int SIZE = 1;

    public static NamespaceIdMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("rtgenmsg", SIZE);
        in.position(Math.min(Align.up(SIZE), in.limit()));
        return new NamespaceIdMessage(Attributes.read(in));
    }

    /** {@code struct rtgenmsg} as bytes, padded to where attributes start. */
    @Override
    public byte[] structure() {
        return new byte[Align.up(SIZE)];
    }

    /** The number; empty when none was assigned. */
    public Optional<Integer> id() {
        int id = attributes.u32(NETNSA_NSID).orElse(NETNSA_NSID_NOT_ASSIGNED);
        return id == NETNSA_NSID_NOT_ASSIGNED ? Optional.empty() : Optional.of(id);
    }
}
