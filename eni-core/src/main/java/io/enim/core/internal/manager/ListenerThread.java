// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Heartbeat;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.LoopPulse;
import io.enim.core.internal.log.SafeLogger;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Calls one listener of the application, in order, on a thread that does nothing else: a listener that hangs or throws delays
 * and changes nothing (P15). That thread touches no device and no record, so the directories do not wait for its end (P17).
 * Safe for concurrent use.
 *
 * <p>{@code waiting} counts the calls in the queue, each after it was added. The call that takes it from zero asks for a turn,
 * and so does a turn that leaves it above zero: so each call in the queue has a turn ahead.
 */
final class ListenerThread {
    private static final SafeLogger LOG = SafeLogger.of(ListenerThread.class);
    private static final int MOST_WAITING = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A turn serves what was told in this time: to wake the thread costs more than to tell it a call. */
    private static final Duration BATCH = Duration.ofMillis(10);

    private static final Duration FAR = Duration.ofDays(3_650);

    private final String name;
    private final LoopPulse pulse;
    private final ScheduledExecutorService thread;
    private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean dropsLogged = new AtomicBoolean();
    private final AtomicBoolean faultLogged = new AtomicBoolean();
    /** What the listener threw in its latest turn. */
    private volatile Optional<Throwable> fault = Optional.empty();

    private volatile Duration pause = FAR;

    /** A thread that runs, named {@code enim-PURPOSE}. */
    ListenerThread(String name, String purpose, Execution execution) {
        this.name = name;
        this.pulse = new LoopPulse(name, execution, PATIENCE);
        this.thread = execution.scheduler(1, work -> {
            Thread made = execution.newThread(work, "enim-" + purpose);
            made.setDaemon(true);
            return made;
        });
    }

    /** Calls the listener soon, unless too many calls wait. Does not block. */
    void tell(Runnable call) {
        if (waiting.get() >= MOST_WAITING) {
            dropped.increment();
            if (dropsLogged.compareAndSet(false, true)) {
                LOG.error("{} does not keep up; beyond {} calls that wait, later ones are dropped", name, MOST_WAITING);
            }
            return;
        }
        calls.add(call);
        if (waiting.getAndIncrement() == 0) {
            schedule(this::turn, BATCH);
        }
    }

    private void turn() {
        int served = waiting.get();
        Optional<Throwable> thrown = Optional.empty();
        for (int i = 0; i < served; i++) {
            Optional<Throwable> now = run("calls the application's listener", calls.remove());
            thrown = now.isPresent() ? now : thrown;
        }
        fault = thrown;
        pulse.rests(pause);
        if (waiting.addAndGet(-served) > 0) {
            schedule(this::turn, BATCH);
        }
    }

    /** Does this again and again from now on. It calls no listener. */
    void repeat(Duration every, String activity, Runnable work) {
        pause = every;
        schedule(
                () -> {
                    run(activity, work);
                    pulse.rests(every);
                    repeat(every, activity, work);
                },
                every);
    }

    private void schedule(Runnable work, Duration in) {
        pulse.due(in);
        try {
            thread.schedule(work, in.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed; {} is told nothing more", name);
        }
    }

    private Optional<Throwable> run(String activity, Runnable call) {
        pulse.begins(activity);
        try {
            call.run();
            return Optional.empty();
        } catch (Throwable e) { // Also what it throws undeclared.
            if (faultLogged.compareAndSet(false, true)) {
                LOG.error("{} fails; that changes no outcome, and further errors are not logged", name, e);
            }
            return Optional.of(e);
        }
    }

    /** Stands still while a call takes too long, the latest ones failed, or later ones are dropped. Does not block. */
    Heartbeat heartbeat() {
        Heartbeat beat = pulse.read();
        Optional<Throwable> thrown = fault;
        long lost = dropped.sum();
        return new Heartbeat(
                beat.kind(),
                name,
                beat.activity()
                        + thrown.map(e -> "; failed with " + e).orElse("")
                        + (lost == 0 ? "" : "; " + lost + " calls were dropped so far"),
                beat.age(),
                beat.standsStill() || thrown.isPresent() || waiting.get() >= MOST_WAITING);
    }

    /** Ends the thread, when it has told what is left to tell or the time is over. */
    void close(Deadline deadline) {
        boolean interrupted = Thread.interrupted();
        try {
            deadline.await(thread.submit(this::turn));
        } catch (TimeoutException e) {
            LOG.warn("{} does not return; {} calls are dropped", name, waiting);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a turn throws nothing", e);
        } finally {
            thread.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
