// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order of their times, on the thread that advances the time. Tasks may be added from any thread. Tasks that
 * repeat, and scheduled tasks with a result, are not supported. It cannot be shut down.
 */
public final class ManualScheduler extends AbstractExecutorService implements ScheduledExecutorService {
    private final ManualClock clock;
    private final AtomicLong sequence = new AtomicLong();
    private final List<Task> tasks = new ArrayList<>();

    /** Over a clock that only this scheduler moves. */
    public ManualScheduler(ManualClock clock) {
        this.clock = clock;
    }

    /** Sets the wall clock. Waiting tasks keep the time they have left, as in a real scheduler. */
    public synchronized void setClock(Instant moment) {
        Duration shift = Duration.between(clock.instant(), moment);
        clock.set(moment);
        tasks.forEach(task -> task.at = task.at.plus(shift));
    }

    /** Runs the tasks that are due now, and those that these make due. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Moves the clock forward and runs each task at its time. */
    public void advance(Duration time) {
        Instant end = clock.instant().plus(time);
        for (Task task = next(end); task != null; task = next(end)) {
            if (task.at.isAfter(clock.instant())) {
                clock.advance(Duration.between(clock.instant(), task.at));
            }
            task.run();
        }
        if (clock.instant().isBefore(end)) {
            clock.advance(Duration.between(clock.instant(), end));
        }
    }

    private synchronized @Nullable Task next(Instant until) {
        tasks.removeIf(FutureTask::isDone);
        Task first = tasks.stream()
                .min(Comparator.<Task, Instant>comparing(task -> task.at).thenComparing(task -> task.order))
                .filter(task -> !task.at.isAfter(until))
                .orElse(null);
        if (first != null) {
            tasks.remove(first);
        }
        return first;
    }

    private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        private Instant at;
        private final long order = sequence.incrementAndGet();

        Task(Runnable work, Instant at) {
            super(work, null);
            this.at = at;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(clock.instant(), at));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private synchronized Task add(Runnable work, Duration delay) {
        Task task = new Task(work, clock.instant().plus(delay));
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable command) {
        add(command, Duration.ZERO);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(command, Duration.ofNanos(unit.toNanos(delay)));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
