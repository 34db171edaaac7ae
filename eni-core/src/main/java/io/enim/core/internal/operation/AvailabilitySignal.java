// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.core.internal.exec.EndpointTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of ADDs that wait for an ENI: first in, first out. One ENI that became free is the turn of one of them, so that
 * what a DEL costs does not grow with the number that wait. Safe for concurrent use; its lock is held for a few
 * instructions.
 *
 * <p>ADDs that require one certain ENI stand beside the queue: each ENI that became free is the turn of all of them, and of the
 * first of the others.
 *
 * <p><b>No turn is lost.</b> An ADD is in the queue before it asks the provider, so an ENI that becomes free after its
 * question is its turn, or that of one before it. It keeps its place until it has an ENI or ends; if it had a turn then
 * which it did not use, the next one has it.
 *
 * <p><b>No wait is silent.</b> The observer is told when an ADD begins to wait and how that ended; {@link #waiting} says where it
 * stands meanwhile.
 */
public final class AvailabilitySignal {
    private final Map<EndpointTask<?>, Waiter> queue = new LinkedHashMap<>();
    private boolean toldByProvider;
    private volatile Consumer<Endpoint> onMiss = endpoint -> {};
    private volatile Runnable onFree = () -> {};
    private volatile Observer observer = Observer.NONE;

    /** Is told of waits; returns soon, and throws nothing. */
    public interface Observer {
        Observer NONE = new Observer() {};

        /** An ADD begins to wait; with it so many wait. */
        default void began(EndpointTask<?> task, Waiting place, String why, int waiting) {}

        /** The wait of an ADD has ended: {@code ok}, or with an error of this simple name; {@code left} others still wait. */
        default void ended(EndpointTask<?> task, String outcome, Duration took, int left) {}
    }

    /**
     * The wait of an ADD.
     *
     * @param position from 1, which has the next ENI; an ADD that requires one counts those alone that require one
     * @param of how many ADDs are in the queue
     */
    public record Waiting(int position, int of, Duration since) {
        @Override
        public String toString() {
            return "position " + position + " of " + of;
        }
    }

    /** An ADD in the queue. */
    static final class Waiter {
        /** It requires one ENI, so that each that became free may be its, and is the turn of another one too. */
        private final boolean requiresOne;

        private CompletableFuture<Boolean> turn = new CompletableFuture<>();
        /** It was told that there may be more than one. */
        private boolean several;
        /** It asked in vain, or came behind one that did; until then it may be about to be served. */
        private boolean waits;

        private Duration since = Duration.ZERO;

        Waiter(boolean requiresOne) {
            this.requiresOne = requiresOne;
        }

        CompletableFuture<Boolean> turn() {
            return turn;
        }
    }

    /** From now on it is told of waits. */
    public void observe(Observer told) {
        observer = told;
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
    Waiter join(EndpointTask<?> task, boolean requiresOne) {
        boolean isNew;
        Waiter waiter;
        synchronized (this) {
            isNew = !queue.containsKey(task);
            waiter = queue.computeIfAbsent(task, key -> new Waiter(requiresOne));
            waiter.turn = new CompletableFuture<>();
        }
        if (isNew) {
            task.whenEnded(
                    error -> leave(task, error == null ? "ok" : error.getClass().getSimpleName()));
        }
        return waiter;
    }

    synchronized Waiter waiter(EndpointTask<?> task) {
        return requireNonNull(queue.get(task), "the task waits");
    }

    synchronized boolean contains(EndpointTask<?> task) {
        return queue.containsKey(task);
    }

    /** It waits from now on, unless it does already. */
    void waits(EndpointTask<?> task, String why) {
        Waiting place;
        int waiting;
        synchronized (this) {
            Waiter waiter = queue.get(task);
            if (waiter == null || waiter.waits) {
                return;
            }
            waiter.waits = true;
            waiter.since = task.age();
            place = place(task, waiter);
            waiting = countWaiting();
        }
        observer.began(task, place, why, waiting);
    }

    /** Where the endpoint's ADD stands in the queue; empty when none waits. */
    public synchronized Optional<Waiting> waiting(Endpoint endpoint) {
        return queue.entrySet().stream()
                .filter(each -> each.getKey().endpoint().equals(endpoint) && each.getValue().waits)
                .findFirst()
                .map(each -> place(each.getKey(), each.getValue()));
    }

    /** Where each ADD that waits stands. */
    public synchronized Map<EndpointTask<?>, Waiting> places() {
        int ofOne =
                (int) queue.values().stream().filter(each -> each.requiresOne).count();
        int others = queue.size() - ofOne;
        int placeOfOne = 0;
        int placeOfOther = 0;
        Map<EndpointTask<?>, Waiting> places = new LinkedHashMap<>();
        for (Map.Entry<EndpointTask<?>, Waiter> each : queue.entrySet()) {
            Waiter waiter = each.getValue();
            int position = waiter.requiresOne ? ++placeOfOne : ++placeOfOther;
            if (waiter.waits) {
                Duration since = each.getKey().age().minus(waiter.since);
                places.put(each.getKey(), new Waiting(position, waiter.requiresOne ? ofOne : others, since));
            }
        }
        return places;
    }

    private Waiting place(EndpointTask<?> task, Waiter waiter) {
        int position = 0;
        int all = 0;
        for (Map.Entry<EndpointTask<?>, Waiter> each : queue.entrySet()) {
            all += each.getValue().requiresOne == waiter.requiresOne ? 1 : 0;
            position = each.getKey() == task ? all : position;
        }
        return new Waiting(position, all, task.age().minus(waiter.since));
    }

    private int countWaiting() {
        return (int) queue.values().stream().filter(waiter -> waiter.waits).count();
    }

    /** How many wait for whatever becomes free. */
    synchronized int count() {
        return (int) queue.values().stream()
                .filter(waiter -> waiter.waits && !waiter.requiresOne)
                .count();
    }

    /**
     * Whether an earlier one waits for the same. One that came earlier and still asks is no reason not to ask: there may be ENIs
     * for both.
     */
    synchronized boolean isBehindOthers(EndpointTask<?> task) {
        for (Map.Entry<EndpointTask<?>, Waiter> earlier : queue.entrySet()) {
            if (earlier.getKey() == task) {
                return false;
            }
            if (earlier.getValue().waits && !earlier.getValue().requiresOne) {
                return !waiter(task).requiresOne;
            }
        }
        return false;
    }

    /** Leaves the queue with an ENI: {@code ok}; or without, because of an error of this simple name. */
    void leave(EndpointTask<?> task, String outcome) {
        Waiter waiter;
        int left;
        synchronized (this) {
            waiter = queue.remove(task);
            left = countWaiting();
        }
        if (waiter == null) {
            return;
        }
        boolean hadTurn = !waiter.requiresOne && waiter.turn.isDone();
        if (hadTurn || outcome.equals("ok") && waiter.several) {
            next(waiter.several);
        }
        if (waiter.waits) {
            observer.ended(task, outcome, task.age().minus(waiter.since), left);
        }
    }

    private void next(boolean several) {
        @Nullable CompletableFuture<Boolean> turn = null;
        List<CompletableFuture<Boolean>> alsoAsk = new ArrayList<>();
        synchronized (this) {
            for (Waiter waiter : queue.values()) {
                if (waiter.requiresOne) {
                    alsoAsk.add(waiter.turn);
                } else if (turn == null && !waiter.turn.isDone()) {
                    waiter.several |= several;
                    turn = waiter.turn;
                }
            }
        }
        // Not under the lock: it resumes the waiters. First those that can use no other ENI.
        alsoAsk.forEach(each -> each.complete(true));
        if (turn != null && !turn.complete(true)) {
            next(several);
        }
    }
}
