package io.enim.netlink;

import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket that hears of every change to links and namespace ids in its namespace. A notification is in its queue before
 * the change's own answer is, so that whoever made a change and then {@linkplain #drain drains} has read it back without
 * asking. Used by one thread at a time.
 */
final class NotificationSocket implements AutoCloseable {
    /** {@code RTNLGRP_LINK} and {@code RTNLGRP_NSID} of linux/rtnetlink.h. */
    private static final int RTNLGRP_LINK = 1;

    private static final int RTNLGRP_NSID = 28;
    /** Room for some thousand notifications; a burst beyond it is noticed and answered by reading everything again. */
    private static final int QUEUE_BYTES = 4 << 20;

    private static final int SCRATCH_SIZE = 32;

    /**
     * What the queue held.
     *
     * @param messages the notifications, in order
     * @param complete false when the kernel had to drop some before these
     */
    record Drained(List<NetlinkMessage> messages, boolean complete) {}

    private final int fd;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(ReceiveBuffers.SIZE);
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_SIZE);

    private NotificationSocket(int fd) {
        this.fd = fd;
    }

    /** Opens a socket in the calling thread's namespace. */
    static NotificationSocket open() {
        int fd = Native.socket(Native.AF_NETLINK, Native.SOCK_RAW, Native.NETLINK_ROUTE);
        try {
            enlargeQueue(fd);
            Native.bindNetlink(fd);
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_ADD_MEMBERSHIP, RTNLGRP_NSID);
            return new NotificationSocket(fd);
        } catch (NetlinkException e) {
            Native.close(fd);
            throw e;
        }
    }

    private static void enlargeQueue(int fd) {
        try {
            Native.setOption(fd, Native.SOL_SOCKET, Native.SO_RCVBUFFORCE, QUEUE_BYTES);
        } catch (NetlinkException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            // Inside a user namespace: as much as net.core.rmem_max allows.
            Native.setOption(fd, Native.SOL_SOCKET, Native.SO_RCVBUF, QUEUE_BYTES);
        }
    }

    int fd() {
        return fd;
    }

    /** Takes whatever is there; never blocks. */
    Drained drain() {
        List<NetlinkMessage> messages = new ArrayList<>();
        boolean complete = true;
        while (true) {
            try {
                Native.Received received = Native.receive(fd, buffer, scratch);
                if (received == null) {
                    return new Drained(messages, complete);
                }
                if (received.length() > buffer.capacity()) {
                    complete = false;
                } else if (received.senderPort() == 0) {
                    messages.addAll(
                            NetlinkMessage.split(buffer.duplicate().clear().limit(received.length())));
                }
            } catch (NetlinkException e) {
                if (!e.is(Errno.ENOBUFS)) {
                    throw e;
                }
                complete = false;
            }
        }
    }

    @Override
    public void close() {
        Native.close(fd);
    }
}
