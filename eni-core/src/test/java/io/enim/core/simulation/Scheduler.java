package io.enim.core.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and which thread runs: one at a time, chosen by the seed whenever the running one yields, parks or ends.
 * Time passes when no thread can run, and a little with each yield. Guarded by the baton: only the running thread calls it.
 */
final class Scheduler {
    private static final int LONGEST_YIELD_NANOS = 20_000;
    private static final long LONGEST_RUN_MINUTES = 30;

    private final long seed;
    private final Random random;
    private final List<SimulatedThread> runnable = new ArrayList<>();
    private final PriorityQueue<SimulatedThread> sleeping = new PriorityQueue<>(
            Comparator.comparingLong(SimulatedThread::wakeAt).thenComparingLong(SimulatedThread::getId));
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable SimulatedThread running;
    private long now;
    private long threads;
    private long generators;
    private long switches;
    private long trace = 1;

    Scheduler(long seed) {
        this.seed = seed * 1_000_003;
        this.random = newRandom();
    }

    /** Runs a first thread, and returns when it has ended. Called from outside. */
    void run(Runnable first) throws InterruptedException {
        SimulatedThread thread = new SimulatedThread(this, null, first, "driver");
        running = thread;
        thread.begin();
        thread.giveBaton();
        if (!over.await(LONGEST_RUN_MINUTES, TimeUnit.MINUTES)) {
            throw new AssertionError("the simulation stands still; its running thread is " + running);
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the driver failed", failed);
        }
    }

    long now() {
        return now;
    }

    long switches() {
        return switches;
    }

    /** A generator of its own for each part, so that what one draws changes nothing for the others. */
    Random newRandom() {
        return new Random(seed + 31 * ++generators);
    }

    /** What distinguishes this run from any other: equal for equal seeds. */
    long trace() {
        return trace;
    }

    void note(long event) {
        trace = (trace ^ event) * 0x9E3779B97F4A7C15L;
        trace ^= trace >>> 29;
    }

    long nextThread() {
        return ++threads;
    }

    SimulatedThread current() {
        if (Thread.currentThread() != running) {
            throw new IllegalStateException(Thread.currentThread() + " runs beside " + running);
        }
        return running;
    }

    /** Another thread may run now. */
    void yieldNow() {
        SimulatedThread self = current();
        now += random.nextInt(LONGEST_YIELD_NANOS);
        wakeDue();
        if (!runnable.isEmpty() && random.nextInt(3) == 0) {
            runnable.add(self);
            pass(self);
        }
    }

    /** Waits until this moment, or until another thread wakes this one. */
    void parkUntil(long moment) {
        SimulatedThread self = current();
        self.parks(moment);
        sleeping.add(self);
        pass(self);
    }

    /** Ends the wait of a thread, if it waits. */
    void wake(SimulatedThread thread) {
        if (thread.isParked()) {
            sleeping.remove(thread);
            thread.unparked();
            runnable.add(thread);
        }
    }

    /** Another moment for a thread that waits: it is not woken for a wait that only ends earlier or later. */
    void parkedUntil(SimulatedThread thread, long moment) {
        if (thread.isParked() && thread.wakeAt() != moment) {
            sleeping.remove(thread);
            thread.parks(moment);
            sleeping.add(thread);
        }
    }

    void begins(SimulatedThread thread) {
        runnable.add(thread);
    }

    void ends(SimulatedThread thread, @Nullable Throwable failed) {
        if (thread.process() == null) {
            failure.set(failed);
            over.countDown();
        } else {
            choose().giveBaton();
        }
    }

    private void pass(SimulatedThread self) {
        SimulatedThread next = choose();
        if (next != self) {
            next.giveBaton();
            self.awaitBaton();
        } else {
            self.resumed();
        }
    }

    private SimulatedThread choose() {
        switches++;
        if (runnable.isEmpty()) {
            SimulatedThread first = sleeping.element();
            now = Math.max(now, first.wakeAt());
        }
        wakeDue();
        int chosen = random.nextInt(runnable.size());
        SimulatedThread next = runnable.get(chosen);
        SimulatedThread last = runnable.remove(runnable.size() - 1);
        if (last != next) {
            runnable.set(chosen, last);
        }
        running = next;
        note(now * 31 + next.getId());
        return next;
    }

    private void wakeDue() {
        for (SimulatedThread due = sleeping.peek(); due != null && due.wakeAt() <= now; due = sleeping.peek()) {
            wake(due);
        }
    }
}
