// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.wire.AckMessage;
import io.enim.netlink.internal.wire.MessageBody;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import org.jspecify.annotations.Nullable;

/**
 * One message to the kernel, and the words for it in errors.
 *
 * @param operation which of this module's messages it is
 * @param type {@code nlmsg_type}
 * @param flags {@code nlmsg_flags} beside those the socket sets
 * @param body the structure and the attributes
 * @param description what is asked, in words
 * @param device of which device or address, in words
 */
public record NetlinkRequest(
        NetlinkOperation operation, int type, int flags, MessageBody body, String description, String device) {
    /** The address family, which every structure of rtnetlink starts with. */
    int family() {
        return body.structure()[0] & 0xff;
    }

    /** Adds this message to a datagram, with further flags. */
    void write(MessageWriter out, int moreFlags) {
        out.message(type, flags | NetlinkMessage.NLM_F_REQUEST | moreFlags, body.structure(), body.attributes());
    }

    /** The kernel's refusal of this request. */
    NetlinkException refusal(AckMessage ack) {
        return new NetlinkException(description, device, ack.errno(), ack.text());
    }

    NetlinkException failure(Errno errno, String text, @Nullable Throwable cause) {
        return new NetlinkException(description, device, errno.number(), text, cause);
    }
}
