// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.SupersededException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on one endpoint, shared by the caller that waits and the worker that runs it. Safe for use by both.
 *
 * <p>One compare-and-set of the future decides the outcome: either the worker delivers its answer, or the caller leaves. A
 * worker whose answer is refused knows that no caller has it, and undoes the operation.
 */
public final class EndpointTask<T> {
    private final String name;
    private final Endpoint endpoint;
    private final Deadline deadline;
    private final Function<EndpointTask<T>, T> body;
    private final CompletableFuture<T> completion = new CompletableFuture<>();
    private final AtomicReference<@Nullable EniException> cancelled = new AtomicReference<>();
    private final Object interruptGuard = new Object();
    private @Nullable Thread interruptible;

    /** An operation whose caller waits until the deadline; the worker runs the body. */
    public EndpointTask(String name, Endpoint endpoint, Deadline deadline, Function<EndpointTask<T>, T> body) {
        this.name = name;
        this.endpoint = endpoint;
        this.deadline = deadline;
        this.body = body;
    }

    /** {@code ADD}, {@code DEL}, {@code CHECK} or {@code GC}. */
    public String name() {
        return name;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** When the caller stops waiting. */
    public Deadline deadline() {
        return deadline;
    }

    /** Called by the worker: runs the body and delivers its answer. */
    void run() {
        EniException why = cancelled.get();
        if (why != null) {
            completion.completeExceptionally(why);
            return;
        }
        try {
            completion.complete(body.apply(this));
        } catch (Throwable e) {
            // Also what a seam throws undeclared: the caller gets it, and the worker goes on with the next task (P15).
            completion.completeExceptionally(e);
        }
    }

    /** Called by the body with its result: false means that the caller has left and does not get it. */
    public boolean deliver(T result) {
        return completion.complete(result);
    }

    /** Whether the caller has its answer, so that all work is done. */
    boolean isDelivered() {
        return completion.isDone() && !completion.isCompletedExceptionally();
    }

    /**
     * Called by the body between steps.
     *
     * @throws EniException the operation was cancelled, or its time is used up
     */
    public void checkpoint() {
        EniException why = cancelled.get();
        if (why != null) {
            throw why;
        }
        if (deadline.isOver()) {
            throw exceeded("the steps took too long; see the endpoint's timeline", null);
        }
    }

    /**
     * Runs a call to foreign code that may hang; cancelling interrupts it. The interrupt flag of the thread is clear
     * afterwards.
     */
    public <R> R interruptibly(Supplier<R> call) {
        synchronized (interruptGuard) {
            checkpoint();
            interruptible = Thread.currentThread();
        }
        try {
            return call.get();
        } finally {
            synchronized (interruptGuard) {
                interruptible = null;
                Thread.interrupted();
            }
        }
    }

    /** Ends the operation at its next checkpoint because a later operation replaces it. */
    void supersede() {
        cancel(new SupersededException(this + ": a DEL of the same endpoint arrived; the operation is undone"));
    }

    /** Answers the caller, because the manager closes, and interrupts the worker. */
    void end() {
        ClosedException why =
                new ClosedException(this + ": the manager closed before it ended; the next one finishes it");
        completion.completeExceptionally(why);
        cancel(why);
    }

    private void cancel(EniException why) {
        synchronized (interruptGuard) {
            if (cancelled.compareAndSet(null, why) && interruptible != null) {
                interruptible.interrupt();
            }
        }
    }

    /** Called by the caller: waits for the answer until the deadline. */
    public T await() {
        try {
            return deadline.await(completion);
        } catch (TimeoutException e) {
            return abandon(exceeded("it ends in the background; a DEL or a repeated call waits for that", null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return abandon(exceeded("the caller was interrupted; it ends in the background", e));
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private T abandon(DeadlineExceededException why) {
        // Complete first, then interrupt: the answer of the interrupted worker comes too late.
        if (completion.completeExceptionally(why)) {
            cancel(why);
            throw why;
        }
        try {
            return completion.join();
        } catch (CompletionException e) {
            throw rethrown(e.getCause());
        }
    }

    /** The error of a task that throws nothing checked. Not wrapped: the stack trace of the worker shows the fault. */
    public static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("a call failed with an undeclared error: " + cause, cause);
    }

    private DeadlineExceededException exceeded(String detail, @Nullable Throwable cause) {
        return new DeadlineExceededException(toString(), deadline.timeout(), detail, cause);
    }

    @Override
    public String toString() {
        return name + " " + endpoint;
    }
}
