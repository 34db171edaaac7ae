package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.socket.NotificationSocket;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.spi.DeviceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The links at home, read once and then kept up to date by the kernel's notifications, so that looking one up takes no
 * RTNL. Safe for concurrent use.
 *
 * <p>{@link #links} takes in every notification the kernel has queued before it answers. A change's notification is
 * queued before the change's answer, so whoever made a change finds it here. When notifications were lost, everything is
 * read again. The kernel announces no change of alias or group alone on a device that is down: {@link #reload} before
 * judging those.
 *
 * <p>The lock guards the map and the queue. Nobody waits for the kernel under it: the socket is read without blocking,
 * and the reading of everything runs outside, its result merged with what was announced meanwhile.
 */
final class HostLinkCache implements QuietCloseable {
    private final NetlinkSessions sessions;
    private final NotificationSocket notifications;
    private final Consumer<DeviceEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Map<Integer, LinkMessage> links = new HashMap<>();
    /** Grows with every change, so that a waiter can tell a change from a spurious wake-up. */
    private long changes;

    /** How often a reading of everything was asked for, and the last such request that one began after. */
    private long requestedLoads = 1;

    private long completedLoads;
    private boolean loading;
    private boolean closed;
    /** What was announced since the reading of everything began. */
    private final List<NetlinkMessage> sinceLoading = new ArrayList<>();

    HostLinkCache(NetlinkSessions kernel, Deadline deadline, Consumer<DeviceEvent> events) {
        this.sessions = kernel;
        this.events = events;
        this.notifications = kernel.threads().openInside(kernel.hostNamespace(), NotificationSocket::open, deadline);
    }

    /** The descriptor that becomes readable when there is something to {@link #applyPending}. */
    int fd() {
        return notifications.fd();
    }

    /** Every link at home, as of now. */
    List<LinkMessage> links(Deadline deadline) {
        while (true) {
            long target;
            lock.lock();
            try {
                drain();
                if (completedLoads >= requestedLoads) {
                    return List.copyOf(links.values());
                }
                if (loading) {
                    if (deadline.isPast()) {
                        throw new NetlinkException(
                                "list links", "", Errno.ETIMEDOUT, "another thread still reads them");
                    }
                    awaitChange(changes, deadline);
                    continue;
                }
                loading = true;
                target = requestedLoads;
                sinceLoading.clear();
            } finally {
                lock.unlock();
            }
            load(target, deadline);
        }
    }

    /** Every link at home, asked of the kernel anew. */
    List<LinkMessage> reload(Deadline deadline) {
        lock.lock();
        try {
            requestedLoads++;
        } finally {
            lock.unlock();
        }
        return links(deadline);
    }

    private void load(long target, Deadline deadline) {
        Optional<List<LinkMessage>> read = Optional.empty();
        try {
            read = Optional.of(sessions.onHost(deadline, socket -> LinkRequests.all(socket, deadline)));
        } finally {
            lock.lock();
            try {
                loading = false;
                read.ifPresent(all -> replace(all, target));
                announceChange();
            } finally {
                lock.unlock();
            }
        }
    }

    private void replace(List<LinkMessage> read, long target) {
        Map<Integer, LinkMessage> fresh = new HashMap<>();
        read.forEach(link -> fresh.put(link.index(), link));
        links = fresh;
        // Who asked after this reading began gets another one.
        completedLoads = target;
        // Some of these the reading saw already. Each is a whole state and the last one wins, so that does no harm.
        sinceLoading.forEach(this::applyOrReload);
        sinceLoading.clear();
        drain();
    }

    /** Waits until the function finds something among the links at home; empty when the time is up. */
    <T> Optional<T> await(Function<List<LinkMessage>, Optional<T>> wanted, Deadline deadline) {
        while (true) {
            Optional<T> found = wanted.apply(links(deadline));
            if (found.isPresent() || deadline.isPast()) {
                return found;
            }
            lock.lock();
            try {
                // Nothing is missed between the look above and this wait: what came is still queued.
                long seen = changes;
                drain();
                awaitChange(seen, deadline);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until something changed after the given count, everything was read, or the time is up. */
    private void awaitChange(long seen, Deadline deadline) {
        try {
            long nanos = deadline.remainingNanos();
            while (changes == seen && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetlinkException("list links", "", Errno.EINTR.number(), "the calling thread was interrupted", e);
        }
    }

    /** Takes in what the kernel announced. */
    void applyPending() {
        lock.lock();
        try {
            drain();
        } finally {
            lock.unlock();
        }
    }

    private void announceChange() {
        changes++;
        changed.signalAll();
    }

    private void drain() {
        if (closed) {
            throw new NetlinkException("list links", "", Errno.EBADF, "the device layer is closed");
        }
        NotificationSocket.Drained drained = notifications.drain();
        if (!drained.complete()) {
            requestedLoads++;
            events.accept(new DeviceEvent(DeviceEvent.Kind.EVENTS_LOST, Optional.empty()));
        }
        for (NetlinkMessage message : drained.messages()) {
            if (loading) {
                sinceLoading.add(message);
            }
            applyOrReload(message).ifPresent(events);
        }
        if (!drained.complete() || !drained.messages().isEmpty()) {
            announceChange();
        }
    }

    private Optional<DeviceEvent> applyOrReload(NetlinkMessage message) {
        try {
            return apply(message);
        } catch (MalformedMessageException e) {
            // What it said is unknown, which reading everything makes good.
            requestedLoads++;
            return Optional.of(new DeviceEvent(DeviceEvent.Kind.EVENTS_LOST, Optional.empty()));
        }
    }

    private Optional<DeviceEvent> apply(NetlinkMessage message) {
        return switch (message.type()) {
            case LinkMessage.RTM_NEWLINK -> appeared(LinkMessage.decode(message));
            case LinkMessage.RTM_DELLINK -> disappeared(LinkMessage.decode(message));
            case NamespaceIdMessage.RTM_DELNSID ->
                Optional.of(new DeviceEvent(DeviceEvent.Kind.NAMESPACE_GONE, Optional.empty()));
            default -> Optional.empty();
        };
    }

    private Optional<DeviceEvent> appeared(LinkMessage link) {
        // Bridges announce the state of their ports, and wireless its events, in this type of message as well.
        if (link.family() != 0 || link.mtu().isEmpty()) {
            return Optional.empty();
        }
        links.put(link.index(), link);
        return DeviceMapper.identity(link).map(mac -> event(DeviceEvent.Kind.ON_HOST, mac));
    }

    private Optional<DeviceEvent> disappeared(LinkMessage link) {
        if (link.family() != 0) {
            return Optional.empty();
        }
        LinkMessage known = links.remove(link.index());
        return DeviceMapper.identity(known == null ? link : known).map(mac -> event(DeviceEvent.Kind.LEFT_HOST, mac));
    }

    private static DeviceEvent event(DeviceEvent.Kind kind, MacAddress mac) {
        return new DeviceEvent(kind, Optional.of(mac));
    }

    /** Lets every call fail from now on and wakes everybody who waits. The socket stays until {@link #close}. */
    void shutDown() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends, and closes the socket, which nobody waits on any more. Idempotent. */
    @Override
    public void close() {
        shutDown();
        notifications.close();
    }
}
