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
 * A socket that hears of every change to links and namespace ids in its namespace. A notification is in its queue before
 * the change's own answer is, so that whoever made a change and then {@linkplain #drain drains} has read it back without
 * asking. Used by one thread at a time.
 */
public final class NotificationSocket implements QuietCloseable {
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
    public record Drained(List<NetlinkMessage> messages, boolean complete) {}

    private final NetlinkChannel netlinkChannel;

    NotificationSocket(NetlinkChannel netlinkChannel) {
        this.netlinkChannel = netlinkChannel;
    }

    /** Opens a socket in the calling thread's namespace. */
    public static NotificationSocket open() {
        return new NotificationSocket(
                RouteSocketChannel.forNotifications(new ReceiveBuffers(), QUEUE_BYTES, RTNLGRP_LINK, RTNLGRP_NSID));
    }

    public int fd() {
        return netlinkChannel.fd();
    }

    /** Takes whatever is there; never blocks. */
    public Drained drain() {
        List<NetlinkMessage> messages = new ArrayList<>();
        boolean complete = true;
        while (true) {
            try {
                ByteBuffer datagram = netlinkChannel.receive();
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
        netlinkChannel.close();
    }
}
