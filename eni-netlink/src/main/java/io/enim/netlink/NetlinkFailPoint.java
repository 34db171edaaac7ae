package io.enim.netlink;

/**
 * Stands at every message to the kernel, before and after. Tests put one there that kills or fails; in production nobody
 * stands there.
 */
@FunctionalInterface
public interface NetlinkFailPoint {
    /** Which side of the message. */
    enum Side {
        /** It was not sent. */
        BEFORE,
        /** The kernel has handled it. */
        AFTER
    }

    /** Lets every message pass. */
    NetlinkFailPoint NONE = (step, side) -> 0;

    /**
     * Called on the thread that sends, for each message of a datagram before any is sent, and for each after all are
     * answered.
     *
     * @return 0 to let it pass; an errno as which it fails. Before, the message is left out of its datagram, as the kernel
     *     leaves one out that it refuses; after, it has taken effect and its answer says otherwise
     */
    int at(NetlinkOperation step, Side side);
}
