// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink;

/**
 * Called before and after every message to the kernel. Tests pass one that kills the process or makes the message fail;
 * in production it is {@link #NONE}.
 */
@FunctionalInterface
public interface NetlinkFailPoint {
    /** Which side of the message. */
    enum Side {
        /** The message was not sent yet. */
        BEFORE,
        /** The kernel has handled the message. */
        AFTER
    }

    /** Lets every message pass. */
    NetlinkFailPoint NONE = (operation, side) -> 0;

    /**
     * Called on the thread that sends, for each message of a datagram before any is sent, and for each after all are
     * answered.
     *
     * @return 0 to let it pass, or the errno to fail it with. Before: the message is left out of its datagram, and the
     *     others are sent. After: the message has taken effect, and its answer is replaced by the errno
     */
    int at(NetlinkOperation operation, Side side);
}
