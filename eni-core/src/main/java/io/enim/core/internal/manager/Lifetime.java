// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import static java.util.Objects.requireNonNull;

import io.enim.ClosedException;
import io.enim.Heartbeat;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.ManagerThreads;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.step.FailPoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of one manager has to end, and in which order: its parts, the latest first; then its threads; when the last of them has
 * ended, which may be after closing, the directories (P17); and beside that, within the same time, the threads that call the
 * application's listeners. Safe for concurrent use.
 */
final class Lifetime {
    private static final SafeLogger LOG = SafeLogger.of(Lifetime.class);

    private final Execution execution;
    private final Duration closeTimeout;
    private final Closer parts = new Closer();
    private final Closer directories = new Closer();
    private final ManagerThreads threads;
    private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    /** When foreign parts must have ended; null until they are to end. */
    private volatile @Nullable Deadline foreignEnd;

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

    /** As {@link #part}, of a part that another party wrote: one whose close takes too long is left to end by itself (P8). */
    <T extends AutoCloseable> T foreignPart(String name, T part) {
        parts.add(name, () -> closeInTime(name, part));
        return part;
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
            if (foreignEnd != null && side == FailPoint.Side.BEFORE) {
                throw new ClosedException(step + ": the manager is closed; the next one finishes the operation");
            }
        };
    }

    /** Idempotent. */
    void end() {
        foreignEnd = execution.deadline(closeTimeout);
        parts.close();
    }

    /** Ends because of an error, to which further errors are added as suppressed. */
    void endAfter(Throwable first) {
        foreignEnd = execution.deadline(closeTimeout);
        parts.closeAfter(first);
    }

    private void closeInTime(String name, AutoCloseable part) throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Thread closing = threads("close").newThread(() -> {
            try {
                part.close();
                closed.complete(true);
            } catch (Throwable e) {
                closed.completeExceptionally(e);
            }
        });
        try {
            closing.start();
        } catch (Error e) {
            part.close(); // No thread is to be had.
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            requireNonNull(foreignEnd, "it is to end").await(closed);
        } catch (TimeoutException e) {
            closing.interrupt();
            LOG.warn("closing {} takes longer than {} ms; it ends by itself", name, closeTimeout.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException e) {
            throw EndpointTask.rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void endThreads() {
        Deadline deadline = execution.deadline(closeTimeout);
        threads.awaitEnd(deadline);
        listeners.forEach(listener -> listener.close(deadline));
    }
}
