// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.Heartbeat;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The thread that waits for the kernel's notifications, keeps {@link HostLinkCache} current and calls listeners, without a
 * lock and in order. Safe for concurrent use.
 */
final class LinkMonitor implements AutoCloseable {
    private static final SafeLogger LOG = SafeLogger.of(LinkMonitor.class);

    /** Beyond this many undelivered events, listeners get {@code EVENTS_LOST} instead. */
    private static final int QUEUE_BOUND = 10_000;

    private static final String WAITS = "waits for notifications";
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Longer than a queue full of events takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HostLinkCache links;
    private final int wakeUp;
    private final ArrayBlockingQueue<DeviceEvent> undelivered = new ArrayBlockingQueue<>(QUEUE_BOUND);
    private final CopyOnWriteArrayList<Consumer<DeviceEvent>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Object wakeUpLock = new Object();
    private boolean released;
    private final Runnable round;
    /** Why the last round failed, and since when rounds do; null when the last one succeeded. */
    private volatile @Nullable Throwable failure;

    private volatile long failedAt;
    private boolean isFailureLogged;
    private final Thread thread;
    private volatile Activity activity = new Activity(WAITS, System.nanoTime());

    private record Activity(String what, long sinceNanos) {}

    LinkMonitor(NetlinkSessions sessions, Deadline deadline) {
        this(sessions, deadline, round -> round);
    }

    /** With something around each round of the thread, which a test lets fail. */
    LinkMonitor(NetlinkSessions sessions, Deadline deadline, UnaryOperator<Runnable> around) {
        this.round = around.apply(this::awaitAndDeliver);
        this.links = new HostLinkCache(sessions, deadline, this::announce);
        this.wakeUp = wakeUpOrClose(links);
        this.thread = new Thread(this::run, "enim-devices");
        thread.setDaemon(true);
    }

    private static int wakeUpOrClose(HostLinkCache links) {
        try {
            return Native.eventfd();
        } catch (NetlinkException e) {
            links.close();
            throw e;
        }
    }

    /** Reads all links once and starts the thread. */
    void start(Deadline deadline) {
        links.links(deadline);
        thread.start();
    }

    HostLinkCache links() {
        return links;
    }

    /** Called under the lock of the links by the thread that applied a notification, which may be any. */
    private void announce(DeviceEvent event) {
        if (listeners.isEmpty()) {
            return;
        }
        if (!undelivered.offer(event)) {
            undelivered.clear();
            undelivered.offer(HostLinkCache.EVENTS_LOST);
        }
        if (Thread.currentThread() != thread) {
            wake();
        }
    }

    Subscription subscribe(Consumer<DeviceEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Goes on whatever fails: what tells of a failure may fail too, so it runs inside, and the handler does next to nothing. */
    private void run() {
        try {
            while (!closed.get()) {
                try {
                    pauseAfterFailure();
                    round.run();
                    noteSuccess();
                } catch (RuntimeException | Error e) {
                    if (failure == null) {
                        failedAt = System.currentTimeMillis();
                        failure = e;
                    }
                }
            }
        } finally {
            release();
        }
    }

    private void awaitAndDeliver() {
        activity = new Activity(WAITS, System.nanoTime());
        Native.awaitReadable(-1, links.fd(), wakeUp);
        if (!closed.get()) {
            activity = new Activity("delivers notifications", System.nanoTime());
            Native.drainSignal(wakeUp);
            links.applyPending();
            deliver();
        }
    }

    /** Without notifications, pools learn of new devices from their timers alone. */
    private void pauseAfterFailure() {
        Throwable e = failure;
        if (e == null) {
            return;
        }
        if (!isFailureLogged) {
            isFailureLogged = true;
            LOG.error(describe(e), e);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    private void noteSuccess() {
        if (failure != null) {
            failure = null;
            isFailureLogged = false;
            LOG.info("device notifications are delivered again");
            announce(HostLinkCache.EVENTS_LOST);
            wake();
        }
    }

    private String describe(Throwable e) {
        return "device notifications fail since " + Instant.ofEpochMilli(failedAt) + ": " + e + "; tried again every "
                + PAUSE.toSeconds() + " s. Lookups are not affected";
    }

    /** Why no notifications are delivered now; empty when they are. */
    Optional<String> problem() {
        return Optional.ofNullable(failure).map(this::describe);
    }

    private void release() {
        links.close();
        synchronized (wakeUpLock) {
            if (!released) {
                released = true;
                Native.close(wakeUp);
            }
        }
    }

    /** Under the lock, because after a close the descriptor's number may be another file's. */
    private void wake() {
        synchronized (wakeUpLock) {
            if (!released) {
                Native.signal(wakeUp);
            }
        }
    }

    private void deliver() {
        for (DeviceEvent event = undelivered.poll(); event != null; event = undelivered.poll()) {
            for (Consumer<DeviceEvent> listener : listeners) {
                try {
                    listener.accept(event);
                } catch (RuntimeException | Error e) {
                    LOG.warn("a listener failed on {}; other listeners and later events are not affected", event, e);
                }
            }
        }
    }

    /** The thread, for health. Does not block. */
    Heartbeat heartbeat() {
        Activity now = activity;
        Duration age = Duration.ofNanos(System.nanoTime() - now.sinceNanos());
        boolean hangs = !now.what().equals(WAITS) && age.compareTo(PATIENCE) > 0;
        Optional<String> problem = problem();
        return new Heartbeat(
                Heartbeat.Kind.LOOP,
                "the watch over devices",
                problem.orElse(now.what()),
                age,
                hangs || problem.isPresent());
    }

    /** Ends the thread and closes its sockets. Idempotent; does not wait. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            links.shutDown();
            if (thread.isAlive()) {
                wake();
                LockSupport.unpark(thread);
            } else {
                release();
            }
        }
    }
}
