package io.enim.netlink;

import io.enim.netlink.NetlinkProbe.Side;
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
final class NetlinkSocket implements Resource {
    /** A dump that changes were made under is repeated; on a machine that never rests, not for ever. */
    private static final int DUMP_ATTEMPTS = 16;

    private final Channel channel;
    private final RtnlCounter counter;
    private final NetlinkProbe probe;
    private int sequence;

    NetlinkSocket(Channel channel, RtnlCounter counter, NetlinkProbe probe) {
        this.channel = channel;
        this.counter = counter;
        this.probe = probe;
    }

    /** The descriptor; ioctls of network devices work on it as well. */
    int fd() {
        return channel.fd();
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
        Probed probed = Probed.before(probe, requests);
        List<Request> passed = probed.passed();
        return probed.after(passed.isEmpty() ? List.of() : exchange(passed, deadline));
    }

    private List<AckMessage> exchange(List<Request> requests, Deadline deadline) {
        int first = sequence + 1;
        MessageWriter out = new MessageWriter(channel.port(), first);
        for (Request request : requests) {
            int flags = request.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_ACK;
            out.message(request.type(), flags, request.structure(), request.attributes());
            counter.sent(request);
        }
        sequence += requests.size();
        send(out.toBytes());
        List<AckMessage> acks = new ArrayList<>();
        while (acks.size() < requests.size()) {
            Request waiting = requests.get(acks.size());
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
    List<NetlinkMessage> dump(Request request, Deadline deadline) {
        Probed.stand(probe, request, Side.BEFORE);
        List<NetlinkMessage> found = dumpWhole(request, deadline);
        Probed.stand(probe, request, Side.AFTER);
        return found;
    }

    private List<NetlinkMessage> dumpWhole(Request request, Deadline deadline) {
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
        MessageWriter out = new MessageWriter(channel.port(), asked);
        int flags = request.flags() | NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_DUMP;
        send(out.message(request.type(), flags, request.structure(), request.attributes())
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
        Probed.stand(probe, request, Side.BEFORE);
        NetlinkMessage answer = ask(request, deadline);
        Probed.stand(probe, request, Side.AFTER);
        return answer;
    }

    private NetlinkMessage ask(Request request, Deadline deadline) {
        int asked = ++sequence;
        MessageWriter out = new MessageWriter(channel.port(), asked);
        counter.sent(request);
        send(out.message(
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

    private void send(byte[] datagram) {
        long start = System.nanoTime();
        channel.send(datagram);
        counter.sending(System.nanoTime() - start);
    }

    private List<NetlinkMessage> receive(Request waiting, Deadline deadline) {
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
            channel.awaitReadable(deadline.remainingMillis());
        }
    }

    private @Nullable ByteBuffer take(Request waiting) {
        try {
            return channel.receive();
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOBUFS)) {
                throw failure(
                        waiting, Errno.ENOBUFS, "the answer was lost; it may have been done, look before repeating", e);
            }
            throw e;
        }
    }

    private static List<NetlinkMessage> split(Request waiting, ByteBuffer datagram) {
        try {
            return NetlinkMessage.split(datagram);
        } catch (MalformedMessageException e) {
            throw failure(waiting, Errno.EIO, "the answer cannot be read", e);
        }
    }

    private static NetlinkException failure(
            Request request, Errno errno, String text, @Nullable RuntimeException cause) {
        return new NetlinkException(request.operation(), request.device(), errno.number(), text, cause);
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        channel.close();
    }
}
