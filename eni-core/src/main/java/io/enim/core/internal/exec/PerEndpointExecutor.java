// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.OverloadedException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A keyed serial executor: tasks of one endpoint run one at a time, in the order of their submission; tasks of different
 * endpoints run in parallel (P7). An endpoint has a queue as long as it has tasks. Safe for concurrent use.
 *
 * <p>The per-key atomicity of the map guards an endpoint's queue for a few instructions; no task runs under it.
 */
public final class PerEndpointExecutor implements AutoCloseable {
    private final Execution execution;
    private final int capacity;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ConcurrentHashMap<Endpoint, Queue<EndpointTask<?>>> queues = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private volatile boolean closing;

    /** An executor of at most so many tasks that run or wait, which also bounds the workers. */
    public PerEndpointExecutor(Execution execution, int capacity, ThreadFactory threads) {
        this.execution = execution;
        this.capacity = capacity;
        // Never more workers than endpoints with tasks, and those are bounded by the capacity.
        this.workers = execution.pool(Integer.MAX_VALUE, threads);
    }

    /** When the caller of a task that begins now stops waiting for it. */
    public Deadline deadline(Duration timeout) {
        return execution.deadline(timeout);
    }

    /**
     * Runs a task after the earlier ones of its endpoint and waits for its answer.
     *
     * @throws OverloadedException the capacity is used up; nothing was begun
     * @throws ClosedException the executor is closing; nothing was begun
     */
    public <T> T run(EndpointTask<T> task) {
        return runSuperseding(task, other -> false);
    }

    /** Queues a task; errors as {@link #run}. {@link EndpointTask#await} has the answer. */
    public void submit(EndpointTask<?> task) {
        enqueue(task, other -> false);
    }

    /** As {@link #run}, and cancels the endpoint's earlier tasks that match the predicate. */
    public <T> T runSuperseding(EndpointTask<T> task, Predicate<EndpointTask<?>> superseded) {
        enqueue(task, superseded);
        try {
            return task.await();
        } catch (DeadlineExceededException e) {
            withdraw(task);
            throw e;
        }
    }

    /**
     * Removes a queued task whose caller timed out; the first one in the queue is running and stays. So a caller that
     * retries behind a stuck task does not use up the capacity (P6).
     */
    private void withdraw(EndpointTask<?> task) {
        queues.computeIfPresent(task.endpoint(), (endpoint, queue) -> {
            if (queue.peek() != task && queue.remove(task)) {
                inFlight.decrementAndGet();
            }
            return queue;
        });
    }

    private void enqueue(EndpointTask<?> task, Predicate<EndpointTask<?>> superseded) {
        if (inFlight.incrementAndGet() > capacity) {
            inFlight.decrementAndGet();
            throw new OverloadedException(task + ": " + capacity
                    + " operations are running or queued; try again later, or raise enim.max-operations");
        }
        try {
            if (closing) {
                throw new RejectedExecutionException("closing");
            }
            append(task, superseded);
        } catch (RejectedExecutionException e) {
            inFlight.decrementAndGet();
            throw new ClosedException(task + ": the manager is closing; call the next one", e);
        } catch (Error e) {
            // No thread could be started; the task's place is free again all the same (P15).
            inFlight.decrementAndGet();
            throw e;
        }
    }

    private void append(EndpointTask<?> task, Predicate<EndpointTask<?>> superseded) {
        queues.compute(task.endpoint(), (endpoint, known) -> {
            Queue<EndpointTask<?>> queue = known == null ? new ConcurrentLinkedQueue<>() : known;
            queue.stream().filter(superseded).forEach(EndpointTask::supersede);
            queue.add(task);
            if (known == null) {
                workers.execute(() -> drain(task));
            }
            return queue;
        });
    }

    /** Begins with the given task: the map may not have the queue yet when the worker starts. */
    private void drain(EndpointTask<?> first) {
        EndpointTask<?> next = first;
        while (next != null) {
            next.run();
            inFlight.decrementAndGet();
            next = advance(next.endpoint());
        }
    }

    /** Removes the ended task from its queue; returns the next one, or null when there is none. */
    private @Nullable EndpointTask<?> advance(Endpoint endpoint) {
        Queue<EndpointTask<?>> rest = queues.computeIfPresent(endpoint, (key, queue) -> {
            queue.poll();
            return queue.isEmpty() ? null : queue;
        });
        return rest == null ? null : rest.peek();
    }

    /** Whether the endpoint has a task that runs or waits, and has not delivered its answer. */
    public boolean isBusy(Endpoint endpoint) {
        Queue<EndpointTask<?>> queue = queues.get(endpoint);
        return queue != null && queue.stream().anyMatch(task -> !task.isDelivered());
    }

    public Set<Endpoint> busy() {
        return Set.copyOf(queues.keySet());
    }

    public int inFlight() {
        return inFlight.get();
    }

    /** Refuses new tasks, waits for the running ones and answers their callers; false when the time did not suffice. */
    public boolean close(Deadline deadline) {
        boolean ended = awaitEnd(deadline);
        queues.values().forEach(queue -> queue.forEach(EndpointTask::end));
        return ended;
    }

    private boolean awaitEnd(Deadline deadline) {
        close();
        boolean interrupted = Thread.interrupted();
        try {
            return workers.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        workers.shutdown();
    }
}
