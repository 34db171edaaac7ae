package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket that receives every change of links and namespace ids in its namespace. A notification is in its queue before
 * the change's own answer is, so that a caller that makes a change and then {@linkplain #drain drains} reads it back
 * without a request. Used by one thread at a time.
 */
public final class NotificationSocket implements QuietCloseable {
    /** {@code RTNLGRP_LINK} and {@code RTNLGRP_NSID} of linux/rtnetlink.h. */
    private static final int RTNLGRP_LINK = 1;

    private static final int RTNLGRP_NSID = 28;
    /** Room for some thousand notifications; a burst beyond it is noticed, and all links are read again. */
    private static final int QUEUE_BYTES = 4 << 20;

    /**
     * The content of the queue.
     *
     * @param messages the notifications, in order
     * @param complete false when the kernel had to drop some before these
     */
    public record Drained(List<NetlinkMessage> messages, boolean complete) {}

    private final NetlinkChannel channel;

    NotificationSocket(NetlinkChannel channel) {
        this.channel = channel;
    }

    /** Opens a socket in the calling thread's namespace. */
    public static NotificationSocket open() {
        return new NotificationSocket(
                RouteSocketChannel.forNotifications(new ReceiveBuffers(), QUEUE_BYTES, RTNLGRP_LINK, RTNLGRP_NSID));
    }

    public int fd() {
        return channel.fd();
    }

    /** Takes all that is queued; never blocks. */
    public Drained drain() {
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
                // Its content is unknown; reading all links again makes up for it.
                complete = false;
            }
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
