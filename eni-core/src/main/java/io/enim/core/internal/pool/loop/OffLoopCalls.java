// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import static java.util.Objects.requireNonNull;

import io.enim.AmbiguousProviderException;
import io.enim.CloudCalls;
import io.enim.EniException;
import io.enim.Heartbeat;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.exec.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocking work on the executor, under a time limit, and posts exactly one result to the loop, whatever happens: the
 * work ends, fails, is refused by the executor, or does not end in time. In the last case its thread is interrupted and
 * no longer waited for (P6, P8); the work may still take effect, so the result is ambiguous. Thread-safe.
 *
 * <p>What ignores its interrupt keeps a thread. While several of one kind do, no more of that kind begin, and fewer for one
 * subject, so that one ENI whose calls hang does not use up the kind's number (P19).
 */
public final class OffLoopCalls {
    private static final int MOST_HANGING = 8;
    private static final int MOST_HANGING_FOR_ONE = 2;

    private final Executor executor;
    private final ScheduledExecutorService scheduler;
    private final ReconcileLoop reconcileLoop;
    private final MonotonicClock clock;
    private final Duration timeout;
    /** Tasks that have no result yet, or whose thread is still in them. */
    private final Queue<Task<?>> running = new ConcurrentLinkedQueue<>();

    public OffLoopCalls(
            Executor executor,
            ScheduledExecutorService scheduler,
            ReconcileLoop reconcileLoop,
            MonotonicClock clock,
            Duration timeout) {
        this.executor = executor;
        this.scheduler = scheduler;
        this.reconcileLoop = reconcileLoop;
        this.clock = clock;
        this.timeout = timeout;
    }

    /**
     * Starts work on the executor; {@code then} receives the result, on the loop.
     *
     * @param kind what is done, for messages
     * @param subject to which ENI or record; empty for work on all
     */
    public <T> void start(String kind, String subject, Supplier<T> work, Consumer<CallResult<T>> then) {
        boolean hangs = hangs(kind, subject);
        Task<T> task = new Task<>(kind, subject, work, clock.instant(), then);
        running.add(task);
        if (hangs) {
            task.cancel(false);
            return;
        }
        try {
            Runnable expiry = () -> task.cancel(true);
            task.limit = scheduler.schedule(expiry, timeout.toMillis(), TimeUnit.MILLISECONDS);
            executor.execute(task);
        } catch (RejectedExecutionException | Error e) {
            // An Error: no thread could be started (P15).
            task.cancel(false);
        }
    }

    /** As {@link #start}, for work without a value. */
    public void startVoid(String kind, String subject, Runnable work, Consumer<CallResult<Boolean>> then) {
        Supplier<Boolean> withValue = () -> {
            work.run();
            return true;
        };
        start(kind, subject, withValue, then);
    }

    private boolean hangs(String kind, String subject) {
        int all = 0;
        int same = 0;
        for (Task<?> task : running) {
            if (task.isCancelled() && task.kind.equals(kind)) {
                all++;
                same += task.subject.equals(subject) ? 1 : 0;
            }
        }
        return all >= MOST_HANGING || !subject.isEmpty() && same >= MOST_HANGING_FOR_ONE;
    }

    /** The work without a result, the oldest first. */
    public List<CloudCalls.UnderWay> underWay() {
        Instant now = clock.instant();
        return running.stream()
                .map(task -> new CloudCalls.UnderWay(task.kind, task.subject, Duration.between(task.began, now)))
                .sorted(Comparator.comparing(CloudCalls.UnderWay::age).reversed())
                .toList();
    }

    /** The kinds of calls that have not ended although they were interrupted; each call keeps a thread of the executor. */
    public List<Heartbeat> hanging() {
        Map<String, List<Task<?>>> byKind =
                running.stream().filter(Task::isCancelled).collect(Collectors.groupingBy(task -> task.kind));
        Instant now = clock.instant();
        return byKind.entrySet().stream()
                .map(hanging -> heartbeat(hanging.getKey(), hanging.getValue(), now))
                .toList();
    }

    private Heartbeat heartbeat(String kind, List<Task<?>> hanging, Instant now) {
        Task<?> oldest = Collections.min(hanging, Comparator.comparing((Task<?> task) -> task.began));
        String activity =
                hanging.size() + " did not end within " + timeout.toMillis() + " ms although they were interrupted"
                        + (oldest.subject.isEmpty() ? "" : ", the oldest " + oldest.subject);
        return new Heartbeat(Heartbeat.Kind.CALL, kind, activity, Duration.between(oldest.began, now), true);
    }

    public void close() {
        running.forEach(task -> task.cancel(true));
    }

    private final class Task<T> extends FutureTask<T> {
        private final String kind;
        private final String subject;
        private final Instant began;
        private final Consumer<CallResult<T>> then;
        private volatile @Nullable Future<?> limit;
        /** Set before the work may begin: a task that is cancelled while this is false never begins. */
        private volatile boolean begun;

        Task(String kind, String subject, Supplier<T> work, Instant began, Consumer<CallResult<T>> then) {
            super(() -> requireNonNull(work.get(), "the answer is null"));
            this.kind = kind;
            this.subject = subject;
            this.began = began;
            this.then = then;
        }

        @Override
        public void run() {
            begun = true;
            super.run();
            running.remove(this);
        }

        /** Called once, on the thread that ends the task: the executor's, the timer's, or that of {@link OffLoopCalls#close}. */
        @Override
        protected void done() {
            if (!begun) {
                running.remove(this);
            }
            Future<?> timer = limit;
            if (timer != null) {
                timer.cancel(false);
            }
            CallResult<T> result = result();
            reconcileLoop.post(() -> then.accept(result));
        }

        private String name() {
            return (kind + " " + subject).strip();
        }

        private CallResult<T> result() {
            try {
                return new CallResult<>(Optional.of(get()), Optional.empty(), began, clock.instant());
            } catch (CancellationException e) {
                return failed(cancelled(e));
            } catch (ExecutionException e) {
                return failed(e.getCause() instanceof EniException known ? known : undeclared(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("a task that is done has its result", e);
            }
        }

        private CallResult<T> failed(EniException error) {
            return new CallResult<>(Optional.empty(), Optional.of(error), began, clock.instant());
        }

        private EniException undeclared(@Nullable Throwable cause) {
            return new AmbiguousProviderException(
                    Refusal.OTHER,
                    "",
                    name() + ": failed with an undeclared error (" + cause
                            + "); the cloud is described before it is repeated",
                    cause);
        }

        private EniException cancelled(CancellationException cause) {
            if (!begun) {
                return new RetryableProviderException(
                        Refusal.UNAVAILABLE,
                        "",
                        name() + ": not begun, because earlier ones hang for more than " + timeout.toMillis()
                                + " ms or the pool is closing; it will be retried",
                        cause);
            }
            return new AmbiguousProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    name() + ": no answer within " + timeout.toMillis()
                            + " ms; it may still take effect, so the cloud is described before it is repeated",
                    cause);
        }
    }
}
