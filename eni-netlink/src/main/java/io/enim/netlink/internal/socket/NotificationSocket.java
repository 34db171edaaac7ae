package io.enim.netlink;

import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket that hears of every change to links and namespace ids in its namespace. A notification is in its queue before
 * the change's own answer is, so that whoever made a change and then {@linkplain #drain drains} has read it back without
 * asking. Used by one thread at a time.
 */
final class NotificationSocket implements Resource {
    /** {@code RTNLGRP_LINK} and {@code RTNLGRP_NSID} of linux/rtnetlink.h. */
    private static final int RTNLGRP_LINK = 1;

    private static final int RTNLGRP_NSID = 28;
    /** Room for some thousand notifications; a burst beyond it is noticed and answered by reading everything again. */
    private static final int QUEUE_BYTES = 4 << 20;

    /**
     * What the queue held.
     *
     * @param messages the notifications, in order
     * @param complete false when the kernel had to drop some before these
     */
    record Drained(List<NetlinkMessage> messages, boolean complete) {}

    private final Channel channel;

    NotificationSocket(Channel channel) {
        this.channel = channel;
    }

    /** Opens a socket in the calling thread's namespace. */
    static NotificationSocket open() {
        return new NotificationSocket(
                KernelChannel.forNotifications(new ReceiveBuffers(), QUEUE_BYTES, RTNLGRP_LINK, RTNLGRP_NSID));
    }

    int fd() {
        return channel.fd();
    }

    /** Takes whatever is there; never blocks. */
    Drained drain() {
        List<NetlinkMessage> messages = new ArrayList<>();
        boolean complete = true;
        while (true) {
            try {
                ByteBuffer datagram = channel.receive();
                if (datagram == null) {
                    return new Drained(messages, complete);
                }
                messages.addAll(NetlinkMessage.split(datagram));
            } catch (NetlinkException e) {
                if (!e.is(Errno.ENOBUFS)) {
                    throw e;
                }
                complete = false;
            } catch (MalformedMessageException e) {
                // What it said is unknown, which reading everything makes good.
                complete = false;
            }
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
