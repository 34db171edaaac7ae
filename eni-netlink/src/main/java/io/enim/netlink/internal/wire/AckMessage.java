// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

import java.nio.ByteBuffer;

/**
 * {@code struct nlmsgerr} (linux/netlink.h): the kernel's answer to one request, with its extended text where the kernel
 * has one ({@code NETLINK_EXT_ACK}).
 *
 * @param errno 0 for success, else the positive errno
 * @param text {@code NLMSGERR_ATTR_MSG}; empty when the kernel sent none. Warnings come with errno 0
 */
public record AckMessage(int errno, String text) {
    static final int NLMSGERR_ATTR_MSG = 1;
    private static final int ERROR_SIZE = 4;
    private static final int MAX_ERRNO = 4095;

    /**
     * Reads an {@code NLMSG_ERROR}, or the end of a dump, whose {@code NLMSG_DONE} carries the same number.
     *
     * @throws MalformedMessageException when it is cut short
     */
    public static AckMessage decode(NetlinkMessage message) {
        if (message.type() == NetlinkMessage.NLMSG_DONE) {
            int error = message.payload().length >= ERROR_SIZE ? message.body().getInt() : 0;
            return new AckMessage(errno(error), text(message, ERROR_SIZE));
        }
        ByteBuffer in = message.body("nlmsgerr", ERROR_SIZE + NetlinkMessage.HEADER_SIZE);
        int error = in.getInt();
        int requestLength = in.getInt();
        if (requestLength < 0) {
            throw new MalformedMessageException("struct nlmsgerr: request length " + requestLength + " is negative");
        }
        // Without NETLINK_CAP_ACK an error repeats the whole request before the attributes.
        int request = message.has(NetlinkMessage.NLM_F_CAPPED) || error == 0
                ? NetlinkMessage.HEADER_SIZE
                : Align.up(requestLength);
        return new AckMessage(errno(error), text(message, ERROR_SIZE + request));
    }

    /** The kernel sends errnos negated (include/linux/err.h: up to {@code MAX_ERRNO}). */
    private static int errno(int error) {
        if (error > 0 || error < -MAX_ERRNO) {
            throw new MalformedMessageException("error " + error + " is not from " + -MAX_ERRNO + " to 0");
        }
        return -error;
    }

    private static String text(NetlinkMessage message, int offset) {
        if (!message.has(NetlinkMessage.NLM_F_ACK_TLVS)) {
            return "";
        }
        if (offset < 0 || offset > message.payload().length) {
            throw new MalformedMessageException(
                    "answer cut short: attributes promised at byte " + offset + " of " + message.payload().length);
        }
        return Attributes.read(message.body().position(offset))
                .text(NLMSGERR_ATTR_MSG)
                .orElse("");
    }

    /** Whether the kernel carried out the request. */
    public boolean isSuccess() {
        return errno == 0;
    }
}
