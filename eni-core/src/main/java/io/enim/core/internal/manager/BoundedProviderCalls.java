// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.OverloadedException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Bounds each call to the provider by a time limit, even if the provider hangs, and bounds the number of calls that may
 * hang. Safe for concurrent use.
 */
final class BoundedProviderCalls implements AutoCloseable {
    /** A provider that hangs and ignores interrupts costs at most this many threads (P8). */
    private static final int AT_ONCE = 16;

    private final Execution execution;
    private final ExecutorService executor;
    private final Duration timeout;

    BoundedProviderCalls(Execution execution, Duration timeout, ThreadFactory threads) {
        this.execution = execution;
        this.timeout = timeout;
        this.executor = execution.pool(AT_ONCE, threads);
    }

    /**
     * Calls the provider and waits for its answer; interrupts the call when the time is used up.
     *
     * @throws DeadlineExceededException there was no answer in time
     * @throws OverloadedException the maximum number of calls is waiting for answers
     * @throws ClosedException this is closed
     */
    <T> T call(String what, Supplier<T> work) {
        return call(what, timeout, work);
    }

    /** As {@link #call(String, Supplier)}, with a time limit of its own. */
    <T> T call(String what, Duration limit, Supplier<T> work) {
        Future<T> answer = begin(what, work);
        try {
            return execution.await(answer, limit);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(
                    what, limit, "the provider does not answer; is its cloud reachable?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceededException(what, limit, "the caller was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EniException known) {
                throw known;
            }
            throw new FatalProviderException(
                    Refusal.OTHER, "", what + ": the provider broke its contract with " + e.getCause(), e);
        } finally {
            answer.cancel(true);
        }
    }

    private <T> Future<T> begin(String what, Supplier<T> work) {
        try {
            return executor.submit(work::get);
        } catch (RejectedExecutionException e) {
            if (executor.isShutdown()) {
                throw new ClosedException(what + ": the manager is closed", e);
            }
            throw new OverloadedException(
                    what + ": " + AT_ONCE + " calls to the provider are waiting already; is its cloud reachable?"
                            + " Try again later",
                    e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
