// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.ReceiveBuffers;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A {@code NETLINK_ROUTE} socket, bound until it is closed to the network namespace of the thread that opened it. */
public final class RouteSocketChannel implements NetlinkChannel {
    /** {@code RTNLGRP_LINK} and {@code RTNLGRP_NSID} of linux/rtnetlink.h. */
    private static final int RTNLGRP_LINK = 1;

    private static final int RTNLGRP_NSID = 28;
    /** Room for some thousand notifications; a burst beyond it is noticed, and all links are read again. */
    private static final int QUEUE_BYTES = 4 << 20;

    private static final int SCRATCH_SIZE = 32;

    /**
     * The content of the queue of a socket for notifications, in order.
     *
     * @param complete false when the kernel had to drop some before these
     */
    public record Notifications(List<NetlinkMessage> messages, boolean complete) {}

    private final int fd;
    private final int port;
    private final ReceiveBuffers buffers;
    private final ByteBuffer buffer;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_SIZE);
    private final AtomicBoolean closed = new AtomicBoolean();

    private RouteSocketChannel(int fd, int port, ReceiveBuffers buffers) {
        this.fd = fd;
        this.port = port;
        this.buffers = buffers;
        this.buffer = buffers.take();
    }

    /** Opens a socket in the calling thread's namespace: answers carry the kernel's text and are checked strictly, where
     * the kernel can. */
    public static RouteSocketChannel forRequests(ReceiveBuffers buffers, SocketOptions options) {
        return open(buffers, options::setForRequests);
    }

    /**
     * Opens a socket in the calling thread's namespace that receives every change of links and namespace ids. A notification
     * is in its queue before the change's own answer is, so that a caller that makes a change and then {@linkplain #drain
     * drains} reads it back without a request.
     */
    public static RouteSocketChannel forNotifications() {
        return open(new ReceiveBuffers(), fd -> {
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_ADD_MEMBERSHIP, RTNLGRP_NSID);
            enlargeQueue(fd);
        });
    }

    private static RouteSocketChannel open(ReceiveBuffers buffers, IntConsumer setUp) {
        int fd = Native.socket(Native.AF_NETLINK, Native.SOCK_RAW, Native.NETLINK_ROUTE);
        try {
            int port = Native.bindNetlink(fd);
            setUp.accept(fd);
            return new RouteSocketChannel(fd, port, buffers);
        } catch (RuntimeException | Error e) {
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

    @Override
    public int port() {
        return port;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public void send(byte[] datagram) {
        Native.send(fd, datagram);
    }

    @Override
    public @Nullable ByteBuffer receive() {
        while (true) {
            Native.Received next = Native.peek(fd, scratch);
            if (next == null) {
                return null;
            }
            ByteBuffer into = bufferFor(next);
            Native.Received received = Native.receive(fd, into, scratch);
            // Another process may send to this port; only port 0 is the kernel.
            if (received == null || received.senderPort() != 0) {
                continue;
            }
            if (received.length() > into.capacity()) {
                throw new NetlinkException(
                        "recvfrom",
                        "netlink socket",
                        Errno.ENOBUFS,
                        "a datagram of " + received.length() + " bytes exceeds the limit of " + ReceiveBuffers.MAX_SIZE
                                + " and was dropped");
            }
            return into.duplicate().clear().limit(received.length());
        }
    }

    /** Takes all that is queued; never blocks. */
    public Notifications drain() {
        List<NetlinkMessage> messages = new ArrayList<>();
        boolean complete = true;
        while (true) {
            try {
                ByteBuffer datagram = receive();
                if (datagram == null) {
                    return new Notifications(messages, complete);
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

    /** A tenant decides how long the message of its link is: 496 alternative names make 67 KiB. */
    private ByteBuffer bufferFor(Native.Received next) {
        boolean fits = next.length() <= buffer.capacity();
        boolean keep = fits || next.senderPort() != 0 || next.length() > ReceiveBuffers.MAX_SIZE;
        return keep ? buffer : ByteBuffer.allocateDirect(next.length());
    }

    @Override
    public void awaitReadable(int timeoutMillis) {
        Native.awaitReadable(timeoutMillis, fd);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Native.close(fd);
            buffers.give(buffer);
        }
    }
}
