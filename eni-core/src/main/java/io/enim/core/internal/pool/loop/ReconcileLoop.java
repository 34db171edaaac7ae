// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import io.enim.core.internal.exec.LoopPulse;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.log.SafeLogger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs rounds one at a time on the scheduler: at each kick, and when a timer fires. Messages are handed to the next
 * round. Thread-safe; nothing here blocks.
 *
 * <p>{@code pending} counts kicks that no round has served. The kick that takes it from zero starts the drain, and the
 * drain ends by taking it to zero: so there is one drain at a time, a kick during a round causes another, and what one
 * round wrote the next one sees.
 */
public final class ReconcileLoop {
    private static final SafeLogger LOG = SafeLogger.of(ReconcileLoop.class);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(5);
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final ScheduledExecutorService scheduler;
    private final MonotonicClock clock;
    private final Runnable round;
    private final LoopPulse pulse;
    private final AtomicInteger pending = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private @Nullable ScheduledFuture<?> timer;
    private Instant timerAt = Instant.MAX;
    private volatile boolean stopped;

    public ReconcileLoop(ScheduledExecutorService scheduler, MonotonicClock clock, LoopPulse pulse, Runnable round) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.pulse = pulse;
        this.round = round;
    }

    public void kick() {
        pulse.due(Duration.ZERO);
        if (!stopped && pending.getAndIncrement() == 0) {
            try {
                scheduler.execute(this::drain);
            } catch (RejectedExecutionException e) {
                // The scheduler's owner has stopped it, and with it this pool.
                stopped = true;
            }
        }
    }

    /** Hands a message to the next round. */
    public void post(Runnable message) {
        inbox.add(message);
        kick();
    }

    /** Asks for a round at this moment; called by rounds. A timer already set for an earlier moment stays. */
    public void wakeAt(Instant moment) {
        Instant now = clock.instant();
        boolean running = timer != null && !timer.isDone();
        if (running && !moment.isBefore(timerAt) && timerAt.isAfter(now)) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        Duration delay = moment.isBefore(now.plus(LONGEST_SLEEP)) ? Duration.between(now, moment) : LONGEST_SLEEP;
        timerAt = now.plus(delay);
        try {
            timer = scheduler.schedule(this::kick, Math.max(1, delay.toMillis() + 1), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            stopped = true;
        }
    }

    public void stop() {
        stopped = true;
    }

    private void drain() {
        int served = pending.get();
        while (served != 0) {
            pulse.begins("runs a round");
            for (Runnable message = inbox.poll(); message != null; message = inbox.poll()) {
                guarded(message);
            }
            guarded(round);
            // Before the kicks are served: after that another drain may begin.
            pulse.rests(untilTimer());
            served = pending.addAndGet(-served);
        }
    }

    private Duration untilTimer() {
        return timer == null || timer.isDone() ? LONGEST_SLEEP : Duration.between(clock.instant(), timerAt);
    }

    /** A fault in one message or round, an {@code Error} too, must not end the pool (P15): the next round starts from the current state. */
    private void guarded(Runnable work) {
        if (stopped) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a reconcile round of the pool failed; the next round starts from the cloud's state", e);
            wakeAt(clock.instant().plus(AFTER_FAULT));
        }
    }
}
