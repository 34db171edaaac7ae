// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.socket.RouteSocketChannel;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.NamespaceIdMessage;
import io.enim.netlink.internal.wire.NetlinkMessage;
import io.enim.spi.DeviceEvent;
import io.enim.spi.DeviceEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The links on the host, read once and then kept up to date by the kernel's notifications, so that looking one up takes
 * no RTNL. Safe for concurrent use.
 *
 * <p>{@link #links} applies every notification the kernel has queued before it answers. A change's notification is queued
 * before the change's answer, so a thread that made a change finds it here. When notifications were lost, all links are
 * read again. The kernel announces no change of alias or group alone on a device that is down: {@link #reload} before
 * comparing those.
 *
 * <p>The lock guards the map and the queue. No thread waits for the kernel under it: the socket is read without blocking,
 * and the reading of all links runs without the lock; its result is merged with what was announced meanwhile.
 */
final class HostLinkCache implements QuietCloseable {
    static final DeviceEvent EVENTS_LOST = new DeviceEvent(Kind.EVENTS_LOST, Optional.empty());

    private final NetlinkSessions sessions;
    private final RouteSocketChannel notifications;
    private final Consumer<DeviceEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Map<Integer, LinkMessage> links = new HashMap<>();
    /** Of each link, by index, what stands for all that was read of its announcements so far. Used without the lock. */
    private final Map<Integer, Object> announcements = new ConcurrentHashMap<>();
    /** Grows with every change, so that a waiter can distinguish a change from a spurious wake-up. */
    private long changes;

    /** How often a reading of all links was requested, and the last such request that a finished reading covers. */
    private long requestedLoads = 1;

    private long completedLoads;
    private boolean loading;
    private boolean closed;
    /** What was announced since the reading of all links began. */
    private final List<NetlinkMessage> sinceLoading = new ArrayList<>();

    HostLinkCache(NetlinkSessions sessions, Deadline deadline, Consumer<DeviceEvent> events) {
        this.sessions = sessions;
        this.events = events;
        this.notifications =
                sessions.threads().openInside(sessions.hostNamespace(), RouteSocketChannel::forNotifications, deadline);
    }

    /** The descriptor that becomes readable when there are notifications to {@link #applyPending}. */
    int fd() {
        return notifications.fd();
    }

    /** Every link on the host, as of now. */
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
                                "list links", "", Errno.ETIMEDOUT, "another thread still reads them; retry later");
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

    /**
     * A token that is the same for as long as no announcement of the link is read. What is read from the kernel after the token
     * was taken, and is announced when it changes, is true as long as {@link #links} is followed by the same token. Does not
     * block.
     */
    Object announcement(LinkMessage link) {
        return announcements.computeIfAbsent(link.index(), index -> new Object());
    }

    /** Every link on the host, read from the kernel again. */
    List<LinkMessage> reload(Deadline deadline) {
        locked(() -> requestedLoads++);
        return links(deadline);
    }

    private void load(long target, Deadline deadline) {
        Optional<List<LinkMessage>> read = Optional.empty();
        try {
            read = Optional.of(sessions.onHost(deadline, socket -> LinkRequests.all(socket, deadline)));
        } finally {
            finishLoading(read, target);
        }
    }

    private void finishLoading(Optional<List<LinkMessage>> read, long target) {
        locked(() -> {
            loading = false;
            read.ifPresent(all -> replace(all, target));
            announceChange();
        });
    }

    private void replace(List<LinkMessage> read, long target) {
        Map<Integer, LinkMessage> fresh = new HashMap<>();
        read.forEach(link -> fresh.put(link.index(), link));
        links = fresh;
        // A request that came after this reading began gets another one.
        completedLoads = target;
        // The reading may include some of these. Each is a whole state and the last one wins, so that does no harm.
        sinceLoading.forEach(this::apply);
        sinceLoading.clear();
        drain();
    }

    /** Waits until the function finds a link on the host; empty when the time is up. */
    <T> Optional<T> await(Function<List<LinkMessage>, Optional<T>> wanted, Deadline deadline) {
        while (true) {
            Optional<T> found = wanted.apply(links(deadline));
            if (found.isPresent() || deadline.isPast()) {
                return found;
            }
            locked(() -> {
                // Nothing is missed between the reading above and this wait: what came is still queued.
                long seen = changes;
                drain();
                awaitChange(seen, deadline);
            });
        }
    }

    /** Waits until there were changes after the given count, all links were read, or the time is up. */
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

    /** Applies what the kernel announced. */
    void applyPending() {
        locked(this::drain);
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
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
        RouteSocketChannel.Notifications drained = notifications.drain();
        if (!drained.complete()) {
            requestedLoads++;
            announcements.clear();
            events.accept(EVENTS_LOST);
        }
        for (NetlinkMessage message : drained.messages()) {
            if (loading) {
                sinceLoading.add(message);
            }
            apply(message).ifPresent(events);
        }
        if (!drained.complete() || !drained.messages().isEmpty()) {
            announceChange();
        }
    }

    private Optional<DeviceEvent> apply(NetlinkMessage message) {
        try {
            return switch (message.type()) {
                case LinkMessage.RTM_NEWLINK -> appeared(LinkMessage.decode(message));
                case LinkMessage.RTM_DELLINK -> disappeared(LinkMessage.decode(message));
                case NamespaceIdMessage.RTM_DELNSID ->
                    Optional.of(new DeviceEvent(Kind.NAMESPACE_GONE, Optional.empty()));
                default -> Optional.empty();
            };
        } catch (MalformedMessageException e) {
            // Its content is unknown; reading all links again makes up for it.
            requestedLoads++;
            announcements.clear();
            return Optional.of(EVENTS_LOST);
        }
    }

    private Optional<DeviceEvent> appeared(LinkMessage link) {
        announcements.remove(link.index());
        // Bridges announce the state of their ports, and wireless devices their events, in this type of message too.
        if (link.family() != 0 || link.isReadable() && link.mtu().isEmpty()) {
            return Optional.empty();
        }
        links.put(link.index(), link);
        return event(Kind.ON_HOST, link);
    }

    private Optional<DeviceEvent> disappeared(LinkMessage link) {
        announcements.remove(link.index());
        return link.family() == 0
                ? event(
                        Kind.LEFT_HOST,
                        Optional.ofNullable(links.remove(link.index())).orElse(link))
                : Optional.empty();
    }

    private static Optional<DeviceEvent> event(Kind kind, LinkMessage link) {
        return LinkIdentity.of(link).map(mac -> new DeviceEvent(kind, Optional.of(mac)));
    }

    /** Makes every further call fail and wakes all waiters. The socket stays open until {@link #close}. */
    void shutDown() {
        locked(() -> {
            closed = true;
            changed.signalAll();
        });
    }

    /** Shuts down and closes the socket, which no thread may wait on any more. Idempotent. */
    @Override
    public void close() {
        shutDown();
        notifications.close();
    }
}
