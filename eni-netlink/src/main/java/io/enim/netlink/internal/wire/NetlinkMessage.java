// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message as received: {@code struct nlmsghdr} (linux/netlink.h) and what follows it.
 *
 * @param port {@code nlmsg_pid}, the port of the requesting socket; 0 in notifications
 * @param payload what follows the header; a private copy, do not write to it
 */
public record NetlinkMessage(int type, int flags, int sequence, int port, byte[] payload) {
    /** {@code sizeof(struct nlmsghdr)}. */
    static final int HEADER_SIZE = 16;

    public static final int NLMSG_ERROR = 0x2;
    public static final int NLMSG_DONE = 0x3;

    public static final int NLM_F_REQUEST = 0x01;
    public static final int NLM_F_MULTI = 0x02;
    public static final int NLM_F_ACK = 0x04;
    public static final int NLM_F_DUMP_INTR = 0x10;
    public static final int NLM_F_DUMP = 0x300;
    public static final int NLM_F_CAPPED = 0x100;
    static final int NLM_F_ACK_TLVS = 0x200;
    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;

    /**
     * Splits one datagram, from the buffer's position to its limit, into its messages.
     *
     * @throws MalformedMessageException when a length exceeds the datagram
     */
    public static List<NetlinkMessage> split(ByteBuffer datagram) {
        ByteBuffer in = datagram.slice().order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        while (in.hasRemaining()) {
            int start = in.position();
            if (in.remaining() < HEADER_SIZE) {
                throw new MalformedMessageException(
                        "netlink message at byte " + start + ": " + in.remaining() + " bytes are no header");
            }
            int length = in.getInt();
            int type = Short.toUnsignedInt(in.getShort());
            int flags = Short.toUnsignedInt(in.getShort());
            int sequence = in.getInt();
            int port = in.getInt();
            if (length < HEADER_SIZE || length > in.limit() - start) {
                throw new MalformedMessageException("netlink message at byte " + start + " of type " + type
                        + ": length " + length + " outside the datagram of " + in.limit() + " bytes");
            }
            byte[] payload = new byte[length - HEADER_SIZE];
            in.get(payload);
            messages.add(new NetlinkMessage(type, flags, sequence, port, payload));
            in.position(Math.min(start + Align.up(length), in.limit()));
        }
        return messages;
    }

    public boolean has(int flag) {
        return (flags & flag) == flag;
    }

    /** The payload in the byte order of this machine; each call returns a new cursor. */
    ByteBuffer body() {
        return Align.wrap(payload);
    }

    /**
     * The payload, once it is known to hold the structure that starts it.
     *
     * @throws MalformedMessageException when it is shorter
     */
    ByteBuffer body(String structure, int size) {
        if (payload.length < size) {
            throw new MalformedMessageException("message of type " + type + " cut short: " + payload.length
                    + " bytes, struct " + structure + " has " + size);
        }
        return body();
    }
}
