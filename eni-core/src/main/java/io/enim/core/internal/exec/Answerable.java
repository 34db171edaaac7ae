// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Work with one caller, which gets the answer or leaves before it is there: at its deadline, or earlier because it is
 * interrupted or cancels. One compare-and-set of the completion decides which, the same for a caller that blocks in
 * {@link #await} and for one that gets a {@link #future}. Safe for concurrent use.
 */
public abstract class Answerable<T> {
    private final Deadline deadline;
    private final String afterLeaving;
    private final CompletableFuture<T> completion = new CompletableFuture<>();

    /** Work whose caller stays until the deadline; then the text says what becomes of the work. */
    protected Answerable(Deadline deadline, String afterLeaving) {
        this.deadline = deadline;
        this.afterLeaving = afterLeaving;
    }

    /** When the caller stops waiting. */
    public Deadline deadline() {
        return deadline;
    }

    protected CompletableFuture<T> completion() {
        return completion;
    }

    /** Called once, when the caller has left with this error. */
    protected abstract void left(EniException why);

    /** The error of a caller whose time is over. */
    protected EniException overdue(String detail) {
        return exceeded(detail, null);
    }

    DeadlineExceededException exceeded(String detail, @Nullable Throwable cause) {
        return new DeadlineExceededException(toString(), deadline.timeout(), detail, cause);
    }

    /** The caller leaves with this error, unless the answer is there; whether it has left. */
    boolean leave(EniException why) {
        if (!completion.completeExceptionally(why)) {
            return false;
        }
        left(why);
        return true;
    }

    /** Waits for the answer until the deadline. */
    public T await() {
        try {
            return deadline.await(completion);
        } catch (TimeoutException e) {
            return abandon(overdue(afterLeaving));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return abandon(exceeded("the caller was interrupted; " + afterLeaving, e));
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private T abandon(EniException why) {
        if (leave(why)) {
            throw why;
        }
        try {
            return completion.join();
        } catch (CompletionException e) {
            throw rethrown(e.getCause());
        }
    }

    /**
     * The answer for a caller that has no thread waiting. What it does with the future before the answer is there, as
     * cancelling it, ends its waiting as the deadline does. To be called once.
     *
     * @param execution its callbacks run what the caller attaches, so that it cannot hold up a thread of the manager
     * @param listener told of the end, once, before what the caller attaches
     */
    public CompletableFuture<T> future(
            Execution execution,
            ScheduledExecutorService timers,
            BiConsumer<@Nullable T, @Nullable Throwable> listener) {
        AnswerFuture<T> future = new AnswerFuture<>(this, execution.callbacks(), listener);
        future.begin();
        try {
            Future<?> timer = timers.schedule(
                    () -> leave(overdue(afterLeaving)), deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            completion.whenComplete((answer, error) -> timer.cancel(false));
        } catch (RejectedExecutionException e) {
            leave(new ClosedException(this + ": the manager is closing; call the next one", e));
        }
        return future;
    }

    /** Why it ends when a caller that has no thread here leaves before its time. */
    EniException leftByCaller() {
        return exceeded("the caller cancelled it; " + afterLeaving, null);
    }

    /** The error of work that throws nothing checked. Not wrapped: the stack trace of the worker shows the fault. */
    public static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("a call failed with an undeclared error: " + cause, cause);
    }
}
