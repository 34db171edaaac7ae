// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Wakes ADDs that wait for an ENI. A waiter takes the next change, asks the provider, and waits for that change:
 * one between the two is not missed. Safe for concurrent use.
 */
public final class AvailabilitySignal {
    private final AtomicReference<CompletableFuture<Boolean>> next = new AtomicReference<>(new CompletableFuture<>());

    /** Reports that an ENI may have become free. Does not block. */
    public void signal() {
        next.getAndSet(new CompletableFuture<>()).complete(true);
    }

    /** Completes with the next change. */
    CompletableFuture<Boolean> nextChange() {
        return next.get();
    }
}
