// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code struct fib_rule_hdr} with its attributes (linux/fib_rules.h), as in {@code RTM_NEWRULE} and {@code RTM_DELRULE}.
 *
 * @param destinationLength {@code dst_len}
 * @param sourceLength {@code src_len}
 */
public record RuleMessage(
        int family,
        int destinationLength,
        int sourceLength,
        int tos,
        int table,
        int action,
        int flags,
        Attributes attributes)
        implements MessageBody {
    public static final int RTM_NEWRULE = 32;
    public static final int RTM_DELRULE = 33;
    public static final int RTM_GETRULE = 34;

    public static final int FRA_DST = 1;
    public static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    public static final int FRA_PRIORITY = 6;
    public static final int FRA_TABLE = 15;
    private static final int FRA_OIFNAME = 17;

    public static final int FR_ACT_TO_TBL = 1;

    private static final int SIZE = 12;

    public static RuleMessage decode(NetlinkMessage message) {
        ByteBuffer in = message.body("fib_rule_hdr", SIZE);
        return new RuleMessage(
                in.get(0) & 0xff,
                in.get(1) & 0xff,
                in.get(2) & 0xff,
                in.get(3) & 0xff,
                in.get(4) & 0xff,
                in.get(7) & 0xff,
                in.getInt(8),
                Attributes.read(in.position(SIZE)));
    }

    @Override
    public byte[] structure() {
        return Align.allocate(SIZE)
                .put(0, (byte) family)
                .put(1, (byte) destinationLength)
                .put(2, (byte) sourceLength)
                .put(3, (byte) tos)
                .put(4, (byte) table)
                .put(7, (byte) action)
                .putInt(8, flags)
                .array();
    }

    /** The address that a packet must come from; empty when the rule names a network or none. */
    public Optional<byte[]> sourceHost() {
        return attributes.bytes(FRA_SRC).filter(octets -> octets.length * 8 == sourceLength);
    }

    /** The address that a packet must go to; empty when the rule names a network or none. */
    public Optional<byte[]> destinationHost() {
        return attributes.bytes(FRA_DST).filter(octets -> octets.length * 8 == destinationLength);
    }

    /** Whether the rule is for packets that come in or leave by the device of this name. */
    public boolean names(String device) {
        return attributes.text(FRA_IIFNAME).filter(device::equals).isPresent()
                || attributes.text(FRA_OIFNAME).filter(device::equals).isPresent();
    }

    public int priority() {
        return attributes.u32(FRA_PRIORITY).orElse(0);
    }

    /** The table's number in full. */
    public int fullTable() {
        return attributes.u32(FRA_TABLE).orElse(table);
    }
}
