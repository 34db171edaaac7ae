// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Heartbeat;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Bounds calls to foreign code, each in its caller's thread: a call whose time is over is interrupted. It is not left
 * running behind its caller's back, because its late effect could meet the next operation of the endpoint (P4). What ignores
 * the interrupt is named by {@link #hanging}. Safe for concurrent use.
 */
public final class TimedCalls implements AutoCloseable {
    private final Execution execution;
    private final ScheduledExecutorService timers;
    private final Duration timeout;
    private final Set<Call> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** The timers stay open when this closes. */
    public TimedCalls(Execution execution, ScheduledExecutorService timers, Duration timeout) {
        this.execution = execution;
        this.timers = timers;
        this.timeout = timeout;
    }

    private final class Call {
        private final String what;
        private final Thread thread = Thread.currentThread();
        private final long began = execution.nanoTime();
        private boolean ended;
        private boolean interrupted;

        Call(String what) {
            this.what = what;
        }

        synchronized void interrupt() {
            if (!ended) {
                interrupted = true;
                thread.interrupt();
            }
        }

        /** Whether it was interrupted; the flag of its thread is clear then. */
        synchronized boolean end() {
            ended = true;
            return interrupted && (Thread.interrupted() || interrupted);
        }

        Duration age() {
            return Duration.ofNanos(execution.nanoTime() - began);
        }
    }

    /**
     * Calls, and interrupts the call when its time is over or this closes.
     *
     * @throws DeadlineExceededException it failed after the interrupt
     */
    public <T> T call(String what, Supplier<T> work) {
        Call call = new Call(what);
        Future<?> timer = timers.schedule(call::interrupt, timeout.toNanos(), TimeUnit.NANOSECONDS);
        running.add(call);
        if (closed) {
            call.interrupt();
        }
        boolean interrupted;
        RuntimeException failure;
        try {
            return work.get();
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            timer.cancel(false);
            running.remove(call);
            interrupted = call.end();
        }
        if (!interrupted) {
            throw failure;
        }
        throw closed
                ? new ClosedException(what + ": the manager is closing; call the next one", failure)
                : new DeadlineExceededException(what, timeout, "the provider was interrupted; is it alive?", failure);
    }

    /** The calls that hang though they were interrupted. Does not block. */
    public Stream<Heartbeat> hanging() {
        return running.stream()
                .filter(call -> call.age().compareTo(timeout) > 0)
                .map(call -> new Heartbeat(
                        Heartbeat.Kind.CALL, call.what, "hangs and ignores its interrupt", call.age(), true));
    }

    /** Interrupts the calls that run, and those that begin. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Call::interrupt);
    }
}
