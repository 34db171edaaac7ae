// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.AckMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Requests and their answers over a {@code NETLINK_ROUTE} socket. May be used by any thread, one at a time. It keeps the
 * namespace it was opened in alive: close it as soon as the operation ends.
 *
 * <p>The kernel handles a request inside the send and queues its answers before the send returns. So a send blocks for as
 * long as others hold RTNL, which no deadline can shorten; a deadline bounds the reading of answers. After an exception
 * other than a refusal by the kernel, answers may still be queued: close the socket, do not use it again.
 */
public final class NetlinkSocket implements QuietCloseable {
    /** A dump that changes interrupted is repeated, but not without end on a machine that changes all the time. */
    private static final int DUMP_ATTEMPTS = 16;

    private static final int ATTEMPTS_UNDER_CHANGES = 4;

    private final NetlinkChannel channel;
    private final RtnlCounter counter;
    private final NetlinkFailPoint failPoint;
    private int sequence;

    public NetlinkSocket(NetlinkChannel channel, RtnlCounter counter, NetlinkFailPoint failPoint) {
        this.channel = channel;
        this.counter = counter;
        this.failPoint = failPoint;
    }

    /** The descriptor; ioctls of network devices work on it as well. */
    public int fd() {
        return channel.fd();
    }

    /** Sends one request and returns once the kernel has carried it out. */
    public void execute(NetlinkRequest request, Deadline deadline) {
        transact(List.of(request), deadline).requireSuccess();
    }

    /**
     * Sends several requests in one datagram and collects every answer. The kernel finishes the datagram even when this
     * process is killed, and continues after a request it refuses: check each answer.
     */
    public BatchResult transact(List<NetlinkRequest> requests, Deadline deadline) {
        return FailPointFilter.transact(failPoint, requests, passed -> exchange(passed, deadline));
    }

    private List<AckMessage> exchange(List<NetlinkRequest> requests, Deadline deadline) {
        if (requests.isEmpty()) {
            return List.of();
        }
        requests.forEach(counter::countMessage);
        int first = send(requests, NetlinkMessage.NLM_F_ACK);
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
     * Requests all objects of a kind, and decodes the answers of this type.
     *
     * @throws NetlinkException also when changes interrupted each of many attempts (EAGAIN)
     */
    public <T> List<T> dump(
            NetlinkRequest request, int answerType, Function<NetlinkMessage, T> decoder, Deadline deadline) {
        return dump(Integer.MAX_VALUE, request, answerType, decoder, deadline);
    }

    /**
     * As above; more objects than these are an error (EMSGSIZE), and the rest is not read.
     *
     * @throws NetlinkException also when changes interrupted each of many attempts (EAGAIN)
     */
    public <T> List<T> dump(
            int most, NetlinkRequest request, int answerType, Function<NetlinkMessage, T> decoder, Deadline deadline) {
        return FailPointFilter.around(failPoint, request, () -> dumpWhole(most, request, deadline)).stream()
                .filter(message -> message.type() == answerType)
                .map(decoder)
                .toList();
    }

    /**
     * As {@link #dump}, also where changes interrupt each attempt: then all that any attempt found, so that what was there
     * all the while is among it, and an object may be there twice. No tenant can prevent this reading by changes.
     */
    public <T> List<T> dumpUnderChanges(
            NetlinkRequest request, int answerType, Function<NetlinkMessage, T> decoder, Deadline deadline) {
        return FailPointFilter.around(failPoint, request, () -> {
                    List<NetlinkMessage> found = new ArrayList<>();
                    for (int attempt = 0; attempt < ATTEMPTS_UNDER_CHANGES; attempt++) {
                        if (dumpOnce(Integer.MAX_VALUE, request, deadline, found)) {
                            break;
                        }
                    }
                    return found;
                })
                .stream()
                .filter(message -> message.type() == answerType)
                .map(decoder)
                .toList();
    }

    private List<NetlinkMessage> dumpWhole(int most, NetlinkRequest request, Deadline deadline) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> found = new ArrayList<>();
            if (dumpOnce(most, request, deadline, found)) {
                return found;
            }
        }
        throw request.failure(
                Errno.EAGAIN,
                "changed while it was read, " + DUMP_ATTEMPTS + " times; try again when the host is less busy",
                null);
    }

    /** False when the answer is inconsistent: {@code NLM_F_DUMP_INTR}, or parts were dropped (ENOBUFS). */
    private boolean dumpOnce(int most, NetlinkRequest request, Deadline deadline, List<NetlinkMessage> found) {
        int asked = send(List.of(request), NetlinkMessage.NLM_F_DUMP);
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
            counter.countMessage(request);
            for (NetlinkMessage message : part) {
                if (message.sequence() != asked) {
                    continue;
                }
                consistent &=
                        !message.has(NetlinkMessage.NLM_F_DUMP_INTR) || message.type() == NetlinkMessage.NLMSG_ERROR;
                if (message.type() == NetlinkMessage.NLMSG_DONE || message.type() == NetlinkMessage.NLMSG_ERROR) {
                    AckMessage end = AckMessage.decode(message);
                    if (!end.isSuccess()) {
                        throw request.refusal(end);
                    }
                    return consistent;
                }
                found.add(message);
                if (found.size() > most) {
                    throw request.failure(
                            Errno.EMSGSIZE, "there are more than " + most + "; the rest was not read", null);
                }
            }
        }
    }

    /** Requests one object and returns the answer. */
    public NetlinkMessage get(NetlinkRequest request, Deadline deadline) {
        return FailPointFilter.around(failPoint, request, () -> getOne(request, deadline));
    }

    private NetlinkMessage getOne(NetlinkRequest request, Deadline deadline) {
        counter.countMessage(request);
        int asked = send(List.of(request), 0);
        while (true) {
            for (NetlinkMessage message : receive(request, deadline)) {
                if (message.sequence() == asked) {
                    if (message.type() == NetlinkMessage.NLMSG_ERROR) {
                        throw request.refusal(AckMessage.decode(message));
                    }
                    return message;
                }
            }
        }
    }

    /** Sends one datagram; returns the sequence number of its first message. */
    private int send(List<NetlinkRequest> requests, int flags) {
        int first = sequence + 1;
        MessageWriter out = new MessageWriter(channel.port(), first);
        requests.forEach(request -> request.write(out, flags));
        sequence += requests.size();
        byte[] datagram = out.toBytes();
        long start = System.nanoTime();
        channel.send(datagram);
        counter.addSendNanos(System.nanoTime() - start);
        return first;
    }

    private List<NetlinkMessage> receive(NetlinkRequest waiting, Deadline deadline) {
        try {
            ByteBuffer datagram = channel.receive();
            while (datagram == null) {
                if (deadline.isPast()) {
                    throw waiting.failure(
                            Errno.ETIMEDOUT,
                            "no answer from the kernel by the deadline; the change may have been made, check before"
                                    + " repeating",
                            null);
                }
                channel.awaitReadable(deadline.remainingMillis());
                datagram = channel.receive();
            }
            return NetlinkMessage.split(datagram);
        } catch (MalformedMessageException e) {
            throw waiting.failure(Errno.EIO, "the answer cannot be read", e);
        } catch (NetlinkException e) {
            throw e.is(Errno.ENOBUFS)
                    ? waiting.failure(
                            Errno.ENOBUFS, "the answer was lost; it may have been done, check before repeating", e)
                    : e;
        }
    }

    /** Closes. Idempotent. */
    @Override
    public void close() {
        channel.close();
    }
}
