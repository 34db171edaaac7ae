// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.ClosedException;
import io.enim.core.internal.exec.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Wakes ADDs that wait for an ENI. A waiter takes the next change, asks the provider, and waits for that change:
 * one between the two is not missed. Safe for concurrent use.
 */
public final class AvailabilitySignal {
    private final AtomicReference<CompletableFuture<Boolean>> next = new AtomicReference<>(new CompletableFuture<>());
    private volatile boolean closed;

    /** Reports that an ENI may have become free. Does not block. */
    public void signal() {
        next.getAndSet(new CompletableFuture<>()).complete(true);
    }

    /** No wait goes on or begins. */
    public void close() {
        closed = true;
        signal();
    }

    /** Completes with the next change. */
    CompletableFuture<Boolean> nextChange() {
        return next.get();
    }

    /**
     * Waits until the change has happened, the time is used up, or the thread is interrupted.
     *
     * @throws ClosedException it is closed
     */
    void await(CompletableFuture<Boolean> change, Deadline deadline) {
        try {
            if (!closed) {
                deadline.await(change);
            }
        } catch (TimeoutException e) {
            // The caller asks the provider again.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a change is no error", e);
        }
        if (closed) {
            throw new ClosedException("wait for an ENI: the manager is closing; call the next one");
        }
    }
}
