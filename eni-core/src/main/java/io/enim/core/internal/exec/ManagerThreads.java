// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.core.internal.log.SafeLogger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one manager, and what is done when the last of them has ended. Safe for concurrent use. */
public final class ManagerThreads {
    private static final SafeLogger LOG = SafeLogger.of(ManagerThreads.class);

    private final Execution execution;
    private final Runnable afterLast;
    /** Counts each running thread, and the manager until it closes; once it is zero it stays so. */
    private final AtomicInteger running = new AtomicInteger(1);

    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    /** The action runs once: in {@link #awaitEnd} if all threads end in time, else on the last thread. */
    public ManagerThreads(Execution execution, Runnable afterLast) {
        this.execution = execution;
        this.afterLast = afterLast;
    }

    /** Makes daemon threads named {@code enim-PURPOSE-1}, {@code enim-PURPOSE-2} and so on. */
    public ThreadFactory named(String purpose) {
        AtomicInteger made = new AtomicInteger();
        return work -> {
            Thread thread = execution.newThread(() -> run(work), "enim-" + purpose + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void run(Runnable work) {
        if (running.updateAndGet(count -> count == 0 ? 0 : count + 1) == 0) {
            return; // All have ended, and none begins any more.
        }
        try {
            work.run();
        } finally {
            oneEnds();
        }
    }

    private void oneEnds() {
        if (running.decrementAndGet() == 0) {
            try {
                afterLast.run();
            } finally {
                ended.complete(true);
            }
        }
    }

    /** Waits for all threads to end, when their executors have been stopped. Called once; an interrupt ends the wait. */
    public void awaitEnd(Deadline deadline) {
        boolean interrupted = Thread.interrupted();
        oneEnds();
        try {
            deadline.await(ended);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            LOG.warn("closed while {} threads hang in calls; the directories stay locked until they end", running);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of the threads is no error", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
