// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.core.internal.exec.EndpointTask;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of ADDs that wait for an ENI: first in, first out. One ENI that became free is the turn of one of them, so that
 * what a DEL costs does not grow with the number that wait. Safe for concurrent use; its lock is held for a few
 * instructions.
 *
 * <p><b>No turn is lost.</b> An ADD is in the queue before it asks the provider, so an ENI that becomes free after its
 * question is its turn, or that of one before it. It keeps its place until it has an ENI or ends; if it had a turn then
 * which it did not use, the next one has it.
 */
public final class AvailabilitySignal {
    private final Map<EndpointTask<?>, Waiter> queue = new LinkedHashMap<>();
    private boolean toldByProvider;
    private volatile Consumer<Endpoint> onMiss = endpoint -> {};
    private volatile Runnable onFree = () -> {};

    /** An ADD in the queue. */
    static final class Waiter {
        private CompletableFuture<Boolean> turn = new CompletableFuture<>();
        /** It was told that there may be more than one. */
        private boolean several;
        /** It asked in vain, or came behind one that did; until then it may be about to be served. */
        private boolean waits;

        CompletableFuture<Boolean> turn() {
            return turn;
        }
    }

    /** One ENI became free. Does not block. */
    public void signal() {
        next(false);
        onFree.run();
    }

    /** ENIs may have become free, perhaps several: each that gets one lets the next one ask. Does not block. */
    public void signalSeveral() {
        next(true);
        onFree.run();
    }

    /** The provider signals also when an ENI is free after a release, which may be later. */
    public synchronized void toldByProvider() {
        toldByProvider = true;
    }

    /** From now on tells of each endpoint that finds no ENI, and when there may be one; what is told does not block. */
    public void tell(Consumer<Endpoint> ofMiss, Runnable ofFree) {
        onMiss = ofMiss;
        onFree = ofFree;
    }

    void missed(Endpoint endpoint) {
        onMiss.accept(endpoint);
    }

    /** The provider has an ENI back. */
    void released() {
        boolean told;
        synchronized (this) {
            told = toldByProvider;
        }
        if (!told) {
            signal();
        }
    }

    /** Takes a place at the end, or keeps the one that the task has; its turn begins anew. */
    Waiter join(EndpointTask<?> task) {
        boolean isNew;
        Waiter waiter;
        synchronized (this) {
            isNew = !queue.containsKey(task);
            waiter = queue.computeIfAbsent(task, key -> new Waiter());
            waiter.turn = new CompletableFuture<>();
        }
        if (isNew) {
            task.whenEnded(() -> leave(task, false));
        }
        return waiter;
    }

    synchronized Waiter waiter(EndpointTask<?> task) {
        return requireNonNull(queue.get(task), "the task waits");
    }

    synchronized boolean contains(EndpointTask<?> task) {
        return queue.containsKey(task);
    }

    /** It waits from now on. */
    synchronized void waits(Waiter waiter) {
        waiter.waits = true;
    }

    /** Whether an earlier one waits. One that came earlier and still asks is no reason not to ask: there may be ENIs for both. */
    synchronized boolean isBehindOthers(EndpointTask<?> task) {
        for (Map.Entry<EndpointTask<?>, Waiter> earlier : queue.entrySet()) {
            if (earlier.getKey() == task) {
                return false;
            }
            if (earlier.getValue().waits) {
                return true;
            }
        }
        return false;
    }

    /** Leaves the queue, with an ENI or without. */
    void leave(EndpointTask<?> task, boolean served) {
        Waiter waiter;
        synchronized (this) {
            waiter = queue.remove(task);
        }
        if (waiter != null && (waiter.turn.isDone() || served && waiter.several)) {
            next(waiter.several);
        }
    }

    private void next(boolean several) {
        @Nullable CompletableFuture<Boolean> turn = null;
        synchronized (this) {
            Iterator<Waiter> waiters = queue.values().iterator();
            while (turn == null && waiters.hasNext()) {
                Waiter waiter = waiters.next();
                if (!waiter.turn.isDone()) {
                    waiter.several |= several;
                    turn = waiter.turn;
                }
            }
        }
        // Not under the lock: it resumes the waiter.
        if (turn != null && !turn.complete(true)) {
            next(several);
        }
    }
}
