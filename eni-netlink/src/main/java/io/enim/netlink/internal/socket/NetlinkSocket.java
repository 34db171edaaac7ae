package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkFailPoint.Side;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.AckMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their answers over a {@code NETLINK_ROUTE} socket. Usable from any thread, by one at a time. It keeps the
 * namespace it was opened in alive: close it as soon as the operation ends.
 *
 * <p>The kernel handles a request inside the send and queues its answers before the send returns. So a send blocks for as
 * long as others hold RTNL, which no deadline can shorten; a deadline bounds the reading of answers. After an exception
 * other than a refusal the kernel reported, answers may still be queued: close the socket, do not use it again.
 */
public final class NetlinkSocket implements QuietCloseable {
    /** A dump that changes were made under is repeated; on a machine that never rests, not for ever. */
    private static final int DUMP_ATTEMPTS = 16;

    private final NetlinkChannel netlinkChannel;
    private final RtnlCounter counter;
    private final NetlinkFailPoint failPoint;
    private int sequence;

    public NetlinkSocket(NetlinkChannel netlinkChannel, RtnlCounter counter, NetlinkFailPoint probe) {
        this.netlinkChannel = netlinkChannel;
        this.counter = counter;
        this.failPoint = probe;
    }

    /** The descriptor; ioctls of network devices work on it as well. */
    public int fd() {
        return netlinkChannel.fd();
    }

    /** Sends one request and returns once the kernel has done it. */
    public void execute(NetlinkRequest netlinkRequest, Deadline deadline) {
        BatchResult batchResult = transact(List.of(netlinkRequest), deadline);
        batchResult.requireSuccess();
    }

    /**
     * Sends several requests in one datagram and collects every answer. The kernel finishes the datagram even when this
     * process is killed, and goes on after a request it refuses: look at each answer.
     */
    public BatchResult transact(List<NetlinkRequest> requests, Deadline deadline) {
        FailPointFilter failPointFilter = FailPointFilter.before(failPoint, requests);
        List<NetlinkRequest> passed = failPointFilter.passed();
        return failPointFilter.after(passed.isEmpty() ? List.of() : exchange(passed, deadline));
    }

    private List<AckMessage> exchange(List<NetlinkRequest> requests, Deadline deadline) {
        int first = sequence + 1;
        MessageWriter out = new MessageWriter(netlinkChannel.port(), first);
        for (NetlinkRequest netlinkRequest : requests) {
            int flags = netlinkRequest.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_ACK;
            out.message(netlinkRequest.type(), flags, netlinkRequest.structure(), netlinkRequest.attributes());
            counter.countMessage(netlinkRequest);
        }
        sequence += requests.size();
        send(out.toBytes());
        List<AckMessage> acks = new ArrayList<>();
        while (acks.size() < requests.size()) {
            NetlinkRequest waiting = requests.get(acks.size());
            for (NetlinkMessage message : receive(waiting, deadline)) {
                if (message.type() == NetlinkMessage.NLMSG_ERROR && message.sequence() == first + acks.size()) {
                    acks.add(AckMessage.decode(message));
                }
            }
        }
        return acks;
    }

    /**
     * Asks for everything of a kind.
     *
     * @throws NetlinkException also when changes interrupted each of many attempts (EAGAIN)
     */
    public List<NetlinkMessage> dump(NetlinkRequest netlinkRequest, Deadline deadline) {
        FailPointFilter.check(failPoint, netlinkRequest, Side.BEFORE);
        List<NetlinkMessage> found = dumpWhole(netlinkRequest, deadline);
        FailPointFilter.check(failPoint, netlinkRequest, Side.AFTER);
        return found;
    }

    private List<NetlinkMessage> dumpWhole(NetlinkRequest netlinkRequest, Deadline deadline) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> found = new ArrayList<>();
            if (dumpOnce(netlinkRequest, deadline, found)) {
                return found;
            }
        }
        throw new NetlinkException(
                netlinkRequest.operation(),
                netlinkRequest.device(),
                Errno.EAGAIN,
                "changed while it was read, " + DUMP_ATTEMPTS + " times; try again when the machine is quieter");
    }

    /** False when the answer is inconsistent: {@code NLM_F_DUMP_INTR}, or parts were dropped (ENOBUFS). */
    private boolean dumpOnce(NetlinkRequest netlinkRequest, Deadline deadline, List<NetlinkMessage> found) {
        int asked = ++sequence;
        MessageWriter out = new MessageWriter(netlinkChannel.port(), asked);
        int flags = netlinkRequest.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_DUMP;
        send(out.message(netlinkRequest.type(), flags, netlinkRequest.structure(), netlinkRequest.attributes())
                .toBytes());
        boolean consistent = true;
        while (true) {
            List<NetlinkMessage> part;
            try {
                part = receive(netlinkRequest, deadline);
            } catch (NetlinkException e) {
                if (e.is(Errno.ENOBUFS)) {
                    return false;
                }
                throw e;
            }
            counter.countMessage(netlinkRequest);
            for (NetlinkMessage message : part) {
                if (message.sequence() != asked) {
                    continue;
                }
                consistent &=
                        !message.has(NetlinkMessage.NLM_F_DUMP_INTR) || message.type() == NetlinkMessage.NLMSG_ERROR;
                if (message.type() == NetlinkMessage.NLMSG_DONE || message.type() == NetlinkMessage.NLMSG_ERROR) {
                    AckMessage end = AckMessage.decode(message);
                    if (!end.isSuccess()) {
                        throw new NetlinkException(
                                netlinkRequest.operation(), netlinkRequest.device(), end.errno(), end.text());
                    }
                    return consistent;
                }
                found.add(message);
            }
        }
    }

    /** Asks for one thing and returns the answer. */
    public NetlinkMessage get(NetlinkRequest netlinkRequest, Deadline deadline) {
        FailPointFilter.check(failPoint, netlinkRequest, Side.BEFORE);
        NetlinkMessage answer = ask(netlinkRequest, deadline);
        FailPointFilter.check(failPoint, netlinkRequest, Side.AFTER);
        return answer;
    }

    private NetlinkMessage ask(NetlinkRequest netlinkRequest, Deadline deadline) {
        int asked = ++sequence;
        MessageWriter out = new MessageWriter(netlinkChannel.port(), asked);
        counter.countMessage(netlinkRequest);
        send(out.message(
                        netlinkRequest.type(),
                        netlinkRequest.flags() | NetlinkMessage.NLM_F_REQUEST,
                        netlinkRequest.structure(),
                        netlinkRequest.attributes())
                .toBytes());
        while (true) {
            for (NetlinkMessage message : receive(netlinkRequest, deadline)) {
                if (message.sequence() != asked) {
                    continue;
                }
                if (message.type() == NetlinkMessage.NLMSG_ERROR) {
                    AckMessage error = AckMessage.decode(message);
                    throw new NetlinkException(
                            netlinkRequest.operation(), netlinkRequest.device(), error.errno(), error.text());
                }
                return message;
            }
        }
    }

    private void send(byte[] datagram) {
        long start = System.nanoTime();
        netlinkChannel.send(datagram);
        counter.addSendNanos(System.nanoTime() - start);
    }

    private List<NetlinkMessage> receive(NetlinkRequest waiting, Deadline deadline) {
        while (true) {
            ByteBuffer datagram = take(waiting);
            if (datagram != null) {
                return split(waiting, datagram);
            }
            if (deadline.isPast()) {
                throw failure(
                        waiting,
                        Errno.ETIMEDOUT,
                        "the kernel had not answered by the deadline; it may have acted, look before repeating",
                        null);
            }
            netlinkChannel.awaitReadable(deadline.remainingMillis());
        }
    }

    private @Nullable ByteBuffer take(NetlinkRequest waiting) {
        try {
            return netlinkChannel.receive();
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOBUFS)) {
                throw failure(
                        waiting, Errno.ENOBUFS, "the answer was lost; it may have been done, look before repeating", e);
            }
            throw e;
        }
    }

    private static List<NetlinkMessage> split(NetlinkRequest waiting, ByteBuffer datagram) {
        try {
            return NetlinkMessage.split(datagram);
        } catch (MalformedMessageException e) {
            throw failure(waiting, Errno.EIO, "the answer cannot be read", e);
        }
    }

    private static NetlinkException failure(
            NetlinkRequest netlinkRequest, Errno errno, String text, @Nullable RuntimeException cause) {
        return new NetlinkException(netlinkRequest.operation(), netlinkRequest.device(), errno.number(), text, cause);
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        netlinkChannel.close();
    }
}
