package io.enim.core.internal.exec;

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
public final class PerEndpointExecutor implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final int capacity;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ConcurrentHashMap<Endpoint, Queue<EndpointTask<?>>> queues = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private volatile boolean closing;

    /**
     * Makes lanes.
     *
     * @param capacity how many operations may be under way or waiting; it also bounds the workers
     */
    public PerEndpointExecutor(int capacity, ThreadFactory threads) {
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
    public <T> T run(EndpointTask<T> endpointTask) {
        enqueue(endpointTask, other -> false);
        return await(endpointTask);
    }

    /** Puts an operation into its endpoint's lane; errors as {@link #run}. {@link EndpointTask#await} has the answer. */
    public void submit(EndpointTask<?> endpointTask) {
        enqueue(endpointTask, other -> false);
    }

    /** As {@link #run}, and ends the lane's earlier operations that the predicate names. */
    public <T> T runSuperseding(EndpointTask<T> endpointTask, Predicate<EndpointTask<?>> superseded) {
        enqueue(endpointTask, superseded);
        return await(endpointTask);
    }

    private <T> T await(EndpointTask<T> endpointTask) {
        try {
            return endpointTask.await();
        } catch (DeadlineExceededException e) {
            withdraw(endpointTask);
            throw e;
        }
    }

    /**
     * Takes an operation whose caller left out of its lane, unless it is the first there, which is under way. So a caller
     * who tries again and again behind a stuck operation does not use up the capacity of all (P6).
     */
    private void withdraw(EndpointTask<?> endpointTask) {
        queues.computeIfPresent(endpointTask.endpoint(), (endpoint, lane) -> {
            if (lane.peek() != endpointTask && lane.remove(endpointTask)) {
                inFlight.decrementAndGet();
            }
            return lane;
        });
    }

    private void enqueue(EndpointTask<?> endpointTask, Predicate<EndpointTask<?>> superseded) {
        admit(endpointTask);
        try {
            append(endpointTask, superseded);
        } catch (RejectedExecutionException e) {
            inFlight.decrementAndGet();
            throw closed(endpointTask, e);
        }
    }

    private void append(EndpointTask<?> endpointTask, Predicate<EndpointTask<?>> superseded) {
        queues.compute(endpointTask.endpoint(), (endpoint, lane) -> {
            Queue<EndpointTask<?>> queue = lane == null ? new ConcurrentLinkedQueue<>() : lane;
            queue.stream().filter(superseded).forEach(EndpointTask::supersede);
            queue.add(endpointTask);
            if (lane == null) {
                workers.execute(() -> drain(endpointTask));
            }
            return queue;
        });
    }

    private void admit(EndpointTask<?> endpointTask) {
        if (inFlight.incrementAndGet() > capacity) {
            inFlight.decrementAndGet();
            throw new OverloadedException(endpointTask.name() + " " + endpointTask.endpoint() + ": " + capacity
                    + " operations are under way or waiting; try again later, or raise enim.max-operations");
        }
        if (closing) {
            inFlight.decrementAndGet();
            throw closed(endpointTask, null);
        }
    }

    private static ClosedException closed(EndpointTask<?> endpointTask, @Nullable Throwable cause) {
        return new ClosedException(
                endpointTask.name() + " " + endpointTask.endpoint() + ": the manager is closing; ask the next one",
                cause);
    }

    /** Begins with the operation itself: the map may not show the lane yet when the worker starts. */
    private void drain(EndpointTask<?> first) {
        EndpointTask<?> next = first;
        while (next != null) {
            next.run();
            inFlight.decrementAndGet();
            next = advance(next.endpoint());
        }
    }

    /** Takes the operation that ended out of its lane; the lane's next one, or null when the lane ended with it. */
    private @Nullable EndpointTask<?> advance(Endpoint endpoint) {
        Queue<EndpointTask<?>> rest = queues.computeIfPresent(endpoint, (key, lane) -> {
            lane.poll();
            return lane.isEmpty() ? null : lane;
        });
        return rest == null ? null : rest.peek();
    }

    /** Whether the endpoint has an operation waiting or under way; one that gave its answer is neither. */
    public boolean isBusy(Endpoint endpoint) {
        Queue<EndpointTask<?>> lane = queues.get(endpoint);
        return lane != null && lane.stream().anyMatch(endpointTask -> !endpointTask.isDelivered());
    }

    /** The endpoints that have operations. */
    public Set<Endpoint> busy() {
        return Set.copyOf(queues.keySet());
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
