package io.enim.netlink;

import io.enim.netlink.internal.wire.AckMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@code NETLINK_ROUTE} socket, bound for life to the network namespace of the thread that opened it and usable from
 * any thread, by one at a time. It keeps that namespace alive: close it as soon as the operation ends.
 *
 * <p>The kernel handles a request inside the send and queues its answers before the send returns. So a send blocks for as
 * long as others hold RTNL, which no deadline can shorten; a deadline bounds the reading of answers. After an exception
 * other than a refusal the kernel reported, answers may still be queued: close the socket, do not use it again.
 */
final class NetlinkSocket implements AutoCloseable {
    private static final int SCRATCH_SIZE = 32;
    /** A dump that changes were made under is repeated; on a machine that never rests, not for ever. */
    private static final int DUMP_ATTEMPTS = 16;

    private final int fd;
    private final int port;
    private final RtnlCounter counter;
    private final ReceiveBuffers buffers;
    private final ByteBuffer buffer;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_SIZE);
    private final AtomicBoolean closed = new AtomicBoolean();
    private int sequence;

    private NetlinkSocket(int fd, int port, RtnlCounter counter, ReceiveBuffers buffers) {
        this.fd = fd;
        this.port = port;
        this.counter = counter;
        this.buffers = buffers;
        this.buffer = buffers.take();
    }

    /** Opens a socket in the calling thread's namespace. */
    static NetlinkSocket open(RtnlCounter counter, ReceiveBuffers buffers) {
        int fd = Native.socket(Native.AF_NETLINK, Native.SOCK_RAW, Native.NETLINK_ROUTE);
        try {
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_EXT_ACK, 1);
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_CAP_ACK, 1);
            Native.setOption(fd, Native.SOL_NETLINK, Native.NETLINK_GET_STRICT_CHK, 1);
            return new NetlinkSocket(fd, Native.bindNetlink(fd), counter, buffers);
        } catch (NetlinkException e) {
            Native.close(fd);
            throw e;
        }
    }

    /** The descriptor; ioctls of network devices work on it as well. */
    int fd() {
        return fd;
    }

    /** Sends one request and returns once the kernel has done it. */
    void execute(Request request, Deadline deadline) {
        Batch batch = transact(List.of(request), deadline);
        batch.requireSuccess();
    }

    /**
     * Sends several requests in one datagram and collects every answer. The kernel finishes the datagram even when this
     * process is killed, and goes on after a request it refuses: look at each answer.
     */
    Batch transact(List<Request> requests, Deadline deadline) {
        int first = sequence + 1;
        MessageWriter out = new MessageWriter(port, first);
        for (Request request : requests) {
            int flags = request.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_ACK;
            out.message(request.type(), flags, request.structure(), request.attributes());
            counter.sent(request);
        }
        sequence += requests.size();
        Native.send(fd, out.toBytes());
        List<AckMessage> acks = new ArrayList<>();
        while (acks.size() < requests.size()) {
            Request waiting = requests.get(acks.size());
            for (NetlinkMessage message : receive(waiting, deadline)) {
                if (message.type() == NetlinkMessage.NLMSG_ERROR && message.sequence() == first + acks.size()) {
                    acks.add(AckMessage.decode(message));
                }
            }
        }
        return new Batch(requests, acks);
    }

    /**
     * Asks for everything of a kind.
     *
     * @throws NetlinkException also when changes interrupted each of many attempts (EAGAIN)
     */
    List<NetlinkMessage> dump(Request request, Deadline deadline) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> found = new ArrayList<>();
            if (dumpOnce(request, deadline, found)) {
                return found;
            }
        }
        throw new NetlinkException(
                request.operation(),
                request.device(),
                Errno.EAGAIN,
                "changed while it was read, " + DUMP_ATTEMPTS + " times; try again when the machine is quieter");
    }

    /** False when the answer is inconsistent: {@code NLM_F_DUMP_INTR}, or parts were dropped (ENOBUFS). */
    private boolean dumpOnce(Request request, Deadline deadline, List<NetlinkMessage> found) {
        int asked = ++sequence;
        MessageWriter out = new MessageWriter(port, asked);
        int flags = request.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_DUMP;
        Native.send(
                fd,
                out.message(request.type(), flags, request.structure(), request.attributes())
                        .toBytes());
        boolean consistent = true;
        while (true) {
            List<NetlinkMessage> part;
            try {
                part = receive(request, deadline);
            } catch (NetlinkException e) {
                if (e.is(Errno.ENOBUFS)) {
                    return false;
                }
                throw e;
            }
            counter.sent(request);
            for (NetlinkMessage message : part) {
                if (message.sequence() != asked) {
                    continue;
                }
                consistent &=
                        !message.has(NetlinkMessage.NLM_F_DUMP_INTR) || message.type() == NetlinkMessage.NLMSG_ERROR;
                if (message.type() == NetlinkMessage.NLMSG_DONE || message.type() == NetlinkMessage.NLMSG_ERROR) {
                    AckMessage end = AckMessage.decode(message);
                    if (!end.isSuccess()) {
                        throw new NetlinkException(request.operation(), request.device(), end.errno(), end.text());
                    }
                    return consistent;
                }
                found.add(message);
            }
        }
    }

    /** Asks for one thing and returns the answer. */
    NetlinkMessage get(Request request, Deadline deadline) {
        int asked = ++sequence;
        MessageWriter out = new MessageWriter(port, asked);
        counter.sent(request);
        Native.send(
                fd,
                out.message(
                                request.type(),
                                request.flags() | NetlinkMessage.NLM_F_REQUEST,
                                request.structure(),
                                request.attributes())
                        .toBytes());
        while (true) {
            for (NetlinkMessage message : receive(request, deadline)) {
                if (message.sequence() != asked) {
                    continue;
                }
                if (message.type() == NetlinkMessage.NLMSG_ERROR) {
                    AckMessage error = AckMessage.decode(message);
                    throw new NetlinkException(request.operation(), request.device(), error.errno(), error.text());
                }
                return message;
            }
        }
    }

    /** The next datagram from the kernel; anything another process sent to this port is dropped unread. */
    private List<NetlinkMessage> receive(Request waiting, Deadline deadline) {
        while (true) {
            Native.Received received = Native.receive(fd, buffer, scratch);
            if (received == null) {
                if (deadline.isPast()) {
                    throw new NetlinkException(
                            waiting.operation(),
                            waiting.device(),
                            Errno.ETIMEDOUT,
                            "the kernel had not answered by the deadline; it may have acted, look before repeating");
                }
                Native.awaitReadable(deadline.remainingMillis(), fd);
            } else if (received.length() > buffer.capacity()) {
                throw new NetlinkException(
                        waiting.operation(),
                        waiting.device(),
                        Errno.ENOBUFS,
                        "an answer of " + received.length() + " bytes exceeds the buffer of " + buffer.capacity());
            } else if (received.senderPort() == 0) {
                return split(waiting, received.length());
            }
        }
    }

    private List<NetlinkMessage> split(Request waiting, int length) {
        try {
            return NetlinkMessage.split(buffer.duplicate().clear().limit(length));
        } catch (MalformedMessageException e) {
            throw new NetlinkException(
                    waiting.operation(), waiting.device(), Errno.EIO.number(), "answer cannot be read", e);
        }
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Native.close(fd);
            buffers.give(buffer);
        }
    }
}
