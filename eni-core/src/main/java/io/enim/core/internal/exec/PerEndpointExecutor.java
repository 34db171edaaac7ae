package io.enim.core.internal.lane;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.OverloadedException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One lane for each endpoint that has operations: in a lane one operation runs at a time, in the order they came;
 * lanes run in parallel (P7). A lane exists as long as it has operations. Safe for concurrent use.
 *
 * <p>The map's per-key atomicity guards a lane's queue for the few instructions that look at it; nothing runs under it.
 */
public final class Lanes implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final int capacity;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ConcurrentHashMap<Endpoint, Queue<Operation<?>>> lanes = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private volatile boolean closing;

    /**
     * Makes lanes.
     *
     * @param capacity how many operations may be under way or waiting; it also bounds the workers
     */
    public Lanes(int capacity, ThreadFactory threads) {
        this.capacity = capacity;
        // Never more workers than lanes with operations, and those are bounded by the capacity.
        this.workers = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }

    /**
     * Runs an operation in its endpoint's lane and waits for its answer.
     *
     * @throws OverloadedException the capacity is used up; nothing was begun
     * @throws ClosedException the lanes are closing; nothing was begun
     */
    public <T> T run(Operation<T> operation) {
        enqueue(operation, other -> false);
        return await(operation);
    }

    /** Puts an operation into its endpoint's lane; errors as {@link #run}. {@link Operation#await} has the answer. */
    public void submit(Operation<?> operation) {
        enqueue(operation, other -> false);
    }

    /** As {@link #run}, and ends the lane's earlier operations that the predicate names. */
    public <T> T runSuperseding(Operation<T> operation, Predicate<Operation<?>> superseded) {
        enqueue(operation, superseded);
        return await(operation);
    }

    private <T> T await(Operation<T> operation) {
        try {
            return operation.await();
        } catch (DeadlineExceededException e) {
            withdraw(operation);
            throw e;
        }
    }

    /**
     * Takes an operation whose caller left out of its lane, unless it is the first there, which is under way. So a caller
     * who tries again and again behind a stuck operation does not use up the capacity of all (P6).
     */
    private void withdraw(Operation<?> operation) {
        lanes.computeIfPresent(operation.endpoint(), (endpoint, lane) -> {
            if (lane.peek() != operation && lane.remove(operation)) {
                inFlight.decrementAndGet();
            }
            return lane;
        });
    }

    private void enqueue(Operation<?> operation, Predicate<Operation<?>> superseded) {
        admit(operation);
        try {
            place(operation, superseded);
        } catch (RejectedExecutionException e) {
            inFlight.decrementAndGet();
            throw closed(operation, e);
        }
    }

    private void place(Operation<?> operation, Predicate<Operation<?>> superseded) {
        lanes.compute(operation.endpoint(), (endpoint, lane) -> {
            Queue<Operation<?>> queue = lane == null ? new ConcurrentLinkedQueue<>() : lane;
            queue.stream().filter(superseded).forEach(Operation::supersede);
            queue.add(operation);
            if (lane == null) {
                workers.execute(() -> drain(operation));
            }
            return queue;
        });
    }

    private void admit(Operation<?> operation) {
        if (inFlight.incrementAndGet() > capacity) {
            inFlight.decrementAndGet();
            throw new OverloadedException(operation.name() + " " + operation.endpoint() + ": " + capacity
                    + " operations are under way or waiting; try again later, or raise enim.max-operations");
        }
        if (closing) {
            inFlight.decrementAndGet();
            throw closed(operation, null);
        }
    }

    private static ClosedException closed(Operation<?> operation, @Nullable Throwable cause) {
        return new ClosedException(
                operation.name() + " " + operation.endpoint() + ": the manager is closing; ask the next one", cause);
    }

    /** Begins with the operation itself: the map may not show the lane yet when the worker starts. */
    private void drain(Operation<?> first) {
        Operation<?> next = first;
        while (next != null) {
            next.run();
            inFlight.decrementAndGet();
            next = advance(next.endpoint());
        }
    }

    /** Takes the operation that ended out of its lane; the lane's next one, or null when the lane ended with it. */
    private @Nullable Operation<?> advance(Endpoint endpoint) {
        Queue<Operation<?>> rest = lanes.computeIfPresent(endpoint, (key, lane) -> {
            lane.poll();
            return lane.isEmpty() ? null : lane;
        });
        return rest == null ? null : rest.peek();
    }

    /** Whether the endpoint has an operation waiting or under way; one that gave its answer is neither. */
    public boolean isBusy(Endpoint endpoint) {
        Queue<Operation<?>> lane = lanes.get(endpoint);
        return lane != null && lane.stream().anyMatch(operation -> !operation.isDelivered());
    }

    /** The endpoints that have operations. */
    public Set<Endpoint> busy() {
        return Set.copyOf(lanes.keySet());
    }

    /** How many operations are under way or waiting. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Refuses new operations and waits for those under way. False when the time did not suffice. */
    public boolean close(Deadline deadline) {
        closing = true;
        workers.shutdown();
        try {
            return workers.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closing = true;
        workers.shutdown();
    }
}
