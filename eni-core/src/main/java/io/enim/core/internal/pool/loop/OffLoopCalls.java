package io.enim.core.internal.pool.loop;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what blocks on the executor, under a time limit, and posts exactly one answer to the loop, whatever happens: the
 * work ends, fails, is refused by the executor, or does not end in time. In the last case its thread is interrupted and
 * no longer waited for (P6, P8); what it was doing may still happen, so the answer is ambiguous. Safe for concurrent
 * use.
 */
public final class OffLoopCalls {
    private final Executor executor;
    private final ScheduledExecutorService scheduler;
    private final ReconcileLoop reconcileLoop;
    private final MonotonicClock clock;
    private final Duration timeout;
    private final Set<Task<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger overdue = new AtomicInteger();

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
     * Starts work.
     *
     * @param name what it is, for messages
     * @param then hears the answer, in a round
     */
    public <T> void start(String name, Supplier<T> work, Consumer<CallResult<T>> then) {
        Work<T> guarded = new Work<>(work);
        Task<T> task = new Task<>(name, guarded, clock.now(), then);
        running.add(task);
        try {
            Runnable expiry = () -> task.cancel(true);
            task.limit = scheduler.schedule(expiry, timeout.toMillis(), TimeUnit.MILLISECONDS);
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.cancel(false);
        }
    }

    /** How many calls did not end although they were interrupted. Each keeps a thread of the executor. */
    public int overdue() {
        return overdue.get();
    }

    /** Ends what runs. */
    public void close() {
        running.forEach(task -> task.cancel(true));
    }

    /** Knows whether the work was begun, and when it ended after nobody waited for it any more. */
    private final class Work<T> implements Callable<T> {
        private final Supplier<T> work;
        private boolean begun;
        private boolean ended;
        private boolean abandoned;

        Work(Supplier<T> work) {
            this.work = work;
        }

        @Override
        public T call() {
            begin();
            try {
                return work.get();
            } finally {
                end();
            }
        }

        private synchronized void begin() {
            begun = true;
        }

        private synchronized void end() {
            ended = true;
            if (abandoned) {
                overdue.decrementAndGet();
            }
        }

        /** Nobody waits for it any more. Tells whether it was begun. */
        synchronized boolean abandon() {
            if (begun && !ended) {
                abandoned = true;
                overdue.incrementAndGet();
            }
            return begun;
        }
    }

    private final class Task<T> extends FutureTask<T> {
        private final String name;
        private final Work<T> work;
        private final Instant began;
        private final Consumer<CallResult<T>> then;
        private volatile @Nullable Future<?> limit;

        Task(String name, Work<T> work, Instant began, Consumer<CallResult<T>> then) {
            super(work);
            this.name = name;
            this.work = work;
            this.began = began;
            this.then = then;
        }

        /** Called once, by whoever ends the task: its thread, the timer, or {@link OffLoopCalls#close}. */
        @Override
        protected void done() {
            running.remove(this);
            Future<?> timer = limit;
            if (timer != null) {
                timer.cancel(false);
            }
            CallResult<T> callResult = result();
            reconcileLoop.post(() -> then.accept(callResult));
        }

        private CallResult<T> result() {
            try {
                return CallResult.of(get(), began);
            } catch (CancellationException e) {
                return CallResult.failed(timedOut(e), began);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                return CallResult.failed(
                        cause instanceof EniException known
                                ? known
                                : new AmbiguousProviderException(
                                        Refusal.OTHER,
                                        "",
                                        name + ": failed with an error that no contract allows (" + cause
                                                + "); the cloud is looked at before it is repeated",
                                        cause),
                        began);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("a task that is done has its result", e);
            }
        }

        private EniException timedOut(CancellationException cause) {
            if (work.abandon()) {
                return new AmbiguousProviderException(
                        Refusal.UNAVAILABLE,
                        "",
                        name + ": no answer within " + timeout.toMillis()
                                + " ms; it may still happen, so the cloud is looked at before it is repeated",
                        cause);
            }
            return new RetryableProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    name + ": not begun within " + timeout.toMillis()
                            + " ms because earlier calls are stuck, or the pool is closing; it is tried again",
                    cause);
        }
    }
}
