// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.ClosedException;
import io.enim.Heartbeat;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.ManagerThreads;
import io.enim.core.internal.step.FailPoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

/**
 * What of one manager has to end, and in which order: its parts, the latest first; then its threads; when the last of them has
 * ended, which may be after closing, the directories (P17); and beside that, within the same time, the threads that call the
 * application's listeners. Safe for concurrent use.
 */
final class Lifetime {
    private final Execution execution;
    private final Duration closeTimeout;
    private final Closer parts = new Closer();
    private final Closer directories = new Closer();
    private final ManagerThreads threads;
    private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    Lifetime(Execution execution, Duration closeTimeout) {
        this.execution = execution;
        this.closeTimeout = closeTimeout;
        this.threads = new ManagerThreads(execution, directories::close);
        parts.add("the threads", this::endThreads); // First here, and so last to end.
    }

    /** Takes a part to close, under a name for the log. */
    <T extends AutoCloseable> T part(String name, T part) {
        return parts.add(name, part);
    }

    /** Takes a locked directory. */
    <T extends AutoCloseable> T directory(String name, T directory) {
        return directories.add(name, directory);
    }

    /** Makes threads named after their purpose. */
    ThreadFactory threads(String purpose) {
        return threads.named(purpose);
    }

    /** A scheduler with so many threads. */
    ScheduledExecutorService scheduler(String name, int threadCount, String purpose) {
        ScheduledExecutorService scheduler = execution.scheduler(threadCount, threads(purpose));
        parts.add(name, scheduler::shutdownNow);
        return scheduler;
    }

    /** A thread that calls a listener of the application. */
    ListenerThread listenerThread(String name, String purpose) {
        ListenerThread thread = new ListenerThread(name, purpose, execution);
        listeners.add(thread);
        return thread;
    }

    Stream<Heartbeat> listenerHeartbeats() {
        return listeners.stream().map(ListenerThread::heartbeat);
    }

    /** No step begins when the manager is closed: a thread that hung in a call until then changes nothing more (P17). */
    FailPoint whileOpen(FailPoint failPoint) {
        return (step, side) -> {
            failPoint.at(step, side);
            if (ended && side == FailPoint.Side.BEFORE) {
                throw new ClosedException(step + ": the manager is closed; the next one finishes the operation");
            }
        };
    }

    /** Idempotent. */
    void end() {
        ended = true;
        parts.close();
    }

    /** Ends because of an error, to which further errors are added as suppressed. */
    void endAfter(Throwable first) {
        ended = true;
        parts.closeAfter(first);
    }

    private void endThreads() {
        Deadline deadline = execution.deadline(closeTimeout);
        threads.awaitEnd(deadline);
        listeners.forEach(listener -> listener.close(deadline));
    }
}
