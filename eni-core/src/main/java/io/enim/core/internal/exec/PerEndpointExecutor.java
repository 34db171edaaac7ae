// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Heartbeat;
import io.enim.OperationStatus;
import io.enim.core.internal.exec.Places.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A keyed serial executor: tasks of one endpoint run one at a time, in the order of their submission; tasks of different
 * endpoints run in parallel (P7). An endpoint has a queue as long as it has tasks. Safe for concurrent use.
 *
 * <p>The per-key atomicity of the map guards an endpoint's queue for a few instructions; no task runs under it.
 *
 * <p><b>Who removes the first task of a queue.</b> The worker that runs it, when it has ended. A {@link Suspension} takes the
 * worker away; the task stays first, so that its endpoint's order holds, and one event, its time or its cancellation,
 * whichever comes first, makes it go on: with a new worker, or without one if it was cancelled.
 */
public final class PerEndpointExecutor implements AutoCloseable {
    private final Execution execution;
    private final Places places;
    private final HungSteps hungSteps = new HungSteps();
    private final ConcurrentHashMap<Endpoint, Queue<EndpointTask<?>>> queues = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private final ScheduledExecutorService timers;
    private volatile boolean closing;

    /**
     * An executor.
     *
     * @param capacity at most so many tasks run or are queued, as many wait for events, and as many have not ended though
     *     their callers left
     * @param timers runs what does not block; it stays open when this closes
     */
    public PerEndpointExecutor(
            Execution execution, int capacity, ThreadFactory threads, ScheduledExecutorService timers) {
        this.execution = execution;
        this.places = new Places(capacity);
        this.timers = timers;
        // Never more workers than endpoints with tasks, which are bounded: see Places.
        this.workers = execution.pool(Integer.MAX_VALUE, threads);
    }

    /** When the caller of a task that begins now stops waiting for it. */
    public Deadline deadline(Duration timeout) {
        return execution.deadline(timeout);
    }

    /**
     * Runs a task after the earlier ones of its endpoint and waits for its answer.
     *
     * @throws io.enim.OverloadedException the capacity is used up; nothing was begun
     * @throws ClosedException the executor is closing; nothing was begun
     */
    public <T> T run(EndpointTask<T> task) {
        submit(task);
        return task.await();
    }

    /** Queues a task; errors as {@link #run}. {@link EndpointTask#await} has the answer. */
    public void submit(EndpointTask<?> task) {
        submitSuperseding(task, other -> false);
    }

    /** As {@link #submit}, and cancels the endpoint's earlier tasks that match the predicate. */
    public void submitSuperseding(EndpointTask<?> task, Predicate<EndpointTask<?>> superseded) {
        task.enter(this);
        places.admit(task);
        try {
            if (closing) {
                throw new RejectedExecutionException("closing");
            }
            append(task, superseded);
        } catch (RejectedExecutionException e) {
            places.move(task, Place.NONE);
            throw closed(task, e);
        } catch (Error e) {
            // No thread could be started; the task's place is free again all the same (P15).
            places.move(task, Place.NONE);
            throw e;
        }
    }

    private static ClosedException closed(EndpointTask<?> task, Throwable cause) {
        return new ClosedException(task + ": the manager is closing; call the next one", cause);
    }

    private void append(EndpointTask<?> task, Predicate<EndpointTask<?>> superseded) {
        List<EndpointTask<?>> ended = new ArrayList<>();
        queues.compute(task.endpoint(), (endpoint, known) -> {
            Queue<EndpointTask<?>> queue = known == null ? new ConcurrentLinkedQueue<>() : known;
            queue.stream().filter(superseded).forEach(ended::add);
            queue.add(task);
            if (known == null) {
                workers.execute(() -> drain(task));
            }
            return queue;
        });
        ended.forEach(EndpointTask::supersede);
    }

    /** Begins with the given task: the map may not have the queue yet when the worker starts. */
    private void drain(EndpointTask<?> first) {
        EndpointTask<?> next = first;
        while (next != null) {
            try {
                next.run();
            } catch (Suspension e) {
                if (suspend(next, e)) {
                    return;
                }
            }
            next = end(next);
        }
    }

    /** Ends a task, which frees its place; returns the next one of its endpoint, or null when there is none. */
    private @Nullable EndpointTask<?> end(EndpointTask<?> task) {
        places.move(task, Place.NONE);
        Queue<EndpointTask<?>> rest = queues.computeIfPresent(task.endpoint(), (key, queue) -> {
            queue.poll();
            return queue.isEmpty() ? null : queue;
        });
        return rest == null ? null : rest.peek();
    }

    /** Lets the worker go; false if the task has failed instead. */
    private boolean suspend(EndpointTask<?> task, Suspension suspension) {
        if (!places.tryMove(task, Place.WAITING)) {
            task.expire();
            return false;
        }
        AtomicBoolean resumed = new AtomicBoolean();
        Runnable resume = () -> {
            if (resumed.compareAndSet(false, true)) {
                resume(task);
            }
        };
        Future<?> timer;
        try {
            timer = timers.schedule(resume, suspension.longest().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException | Error e) {
            task.fail(e);
            return false;
        }
        suspension.event().whenComplete((event, error) -> {
            timer.cancel(false);
            resume.run();
        });
        task.wakeWhenCancelled(() -> {
            timer.cancel(false);
            resume.run();
        });
        if (closing) {
            task.end();
        }
        return true;
    }

    private void resume(EndpointTask<?> task) {
        places.move(task, Place.IN_FLIGHT);
        EndpointTask<?> next = task;
        if (task.isCancelled()) {
            task.run();
            next = end(task);
        }
        while (next != null) {
            EndpointTask<?> begun = next;
            try {
                workers.execute(() -> drain(begun));
                return;
            } catch (RejectedExecutionException e) {
                begun.fail(closed(begun, e));
            } catch (Error e) {
                begun.fail(e);
            }
            next = end(begun);
        }
    }

    /** As {@link #submitSuperseding}, for a caller that has no thread waiting; otherwise as {@link Answerable#future}. */
    public <T> CompletableFuture<T> start(
            EndpointTask<T> task,
            Predicate<EndpointTask<?>> superseded,
            BiConsumer<@Nullable T, @Nullable Throwable> listener) {
        submitSuperseding(task, superseded);
        return task.future(execution, timers, listener);
    }

    /**
     * Called when the caller of a task has left. A queued one is removed, so that a caller who retries behind a stuck task does
     * not use up the capacity (P6); the first in its queue runs on, and leaves its place to others.
     */
    void left(EndpointTask<?> task) {
        queues.computeIfPresent(task.endpoint(), (endpoint, queue) -> {
            if (queue.peek() != task && queue.remove(task)) {
                places.move(task, Place.NONE);
            }
            return queue;
        });
        places.giveUp(task);
    }

    HungSteps hungSteps() {
        return hungSteps;
    }

    /** Whether the endpoint has a task that runs or waits. */
    public boolean isBusy(Endpoint endpoint) {
        Queue<EndpointTask<?>> queue = queues.get(endpoint);
        return queue != null && queue.stream().anyMatch(task -> !task.isOver());
    }

    public Set<Endpoint> busy() {
        return Set.copyOf(queues.keySet());
    }

    /** How many operations have not ended, those that wait for an event aside. */
    public int inFlight() {
        return places.count(Place.IN_FLIGHT) + places.count(Place.GIVEN_UP);
    }

    /** Why no further operation can succeed; empty while it can. Does not block. */
    public Optional<String> failure() {
        return hungSteps.closed();
    }

    /** The tasks that have not ended, each with what it does; of each endpoint in their order. Does not block. */
    public Map<EndpointTask<?>, OperationStatus> statuses() {
        Map<EndpointTask<?>, OperationStatus> statuses = new LinkedHashMap<>();
        queues.values().stream()
                .flatMap(Queue::stream)
                .filter(task -> !task.isOver())
                .forEach(task -> statuses.put(task, task.status()));
        return statuses;
    }

    /**
     * What the operations do, and where some hang: those that have not ended though their callers left this long ago, and those
     * whose callers wait while a step takes longer than the longest that works. Does not block.
     */
    public Stream<Heartbeat> heartbeats(Duration longest, Duration longestStep) {
        List<EndpointTask<?>> underWay = new ArrayList<>();
        queues.values().stream()
                .flatMap(queue -> Stream.ofNullable(queue.peek()))
                .filter(task -> !task.isOver())
                .forEach(underWay::add);
        return new OperationHeartbeats(underWay, places.count(Place.WAITING)).read(longest, longestStep);
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
        queues.values().stream()
                .flatMap(queue -> Stream.ofNullable(queue.peek()))
                .filter(task -> task.place.get() == Place.WAITING)
                .forEach(EndpointTask::end);
        workers.shutdown();
    }
}
