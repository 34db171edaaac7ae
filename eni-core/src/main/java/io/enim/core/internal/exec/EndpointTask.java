package io.enim.core.internal.exec;

import static java.util.Objects.requireNonNull;

import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.SupersededException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on one endpoint, between the caller who waits and the worker who acts.
 *
 * <p>The answer's future decides who has the last word, by one compare-and-set: either the worker delivers its answer,
 * or the caller leaves. A worker whose answer was refused knows that nobody has it, and undoes.
 */
public final class EndpointTask<T> {
    /** What an operation does. */
    @FunctionalInterface
    public interface Body<T> {
        /** Runs on the worker. */
        T run(EndpointTask<T> endpointTask);
    }

    private final String name;
    private final Endpoint endpoint;
    private final Deadline deadline;
    private final Body<T> body;
    private final CompletableFuture<T> completion = new CompletableFuture<>();
    private final AtomicReference<@Nullable EniException> cancelled = new AtomicReference<>();
    private final Object interruptGuard = new Object();
    private @Nullable Thread interruptible;

    /** An operation by name, which its caller waits for until the deadline. */
    public EndpointTask(String name, Endpoint endpoint, Deadline deadline, Body<T> body) {
        this.name = name;
        this.endpoint = endpoint;
        this.deadline = deadline;
        this.body = body;
    }

    /** What it is called: {@code ADD}, {@code DEL}, {@code CHECK} or {@code GC}. */
    public String name() {
        return name;
    }

    /** Whose lane it runs in. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** When the caller stops waiting. */
    public Deadline deadline() {
        return deadline;
    }

    /** Called by the worker: runs the body and offers its answer. */
    void run() {
        EniException why = cancelled.get();
        if (why != null) {
            completion.completeExceptionally(why);
            return;
        }
        try {
            completion.complete(body.run(this));
        } catch (RuntimeException | Error e) {
            completion.completeExceptionally(e);
        }
    }

    /** Called by the body with its result: false means that the caller has left and nobody will learn of it. */
    public boolean deliver(T result) {
        return completion.complete(result);
    }

    /** Whether the caller has its answer, so that nothing is left to do here but to leave the lane. */
    boolean isDelivered() {
        return completion.isDone() && !completion.isCompletedExceptionally();
    }

    /** Called by the body between steps: throws when the operation is to end. */
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
     * Runs a call into foreign code that may hang; cancelling interrupts it. The thread's interrupt flag is clear
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

    /** Ends the operation at its next checkpoint because a later one replaces it. */
    void supersede() {
        cancel(new SupersededException(
                name + " " + endpoint + ": a DEL of the same endpoint arrived meanwhile; what was done is undone"));
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
            return completion.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return abandon(exceeded("it ends in the background; DEL or the same call waits for that", null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return abandon(exceeded("the caller was interrupted; it ends in the background", e));
        } catch (ExecutionException e) {
            throw rethrown(requireNonNull(e.getCause()));
        }
    }

    private T abandon(DeadlineExceededException why) {
        // First the last word, then the interrupt: what the interrupted worker answers comes too late.
        if (completion.completeExceptionally(why)) {
            cancel(why);
            throw why;
        }
        try {
            return completion.join();
        } catch (CompletionException e) {
            throw rethrown(requireNonNull(e.getCause()));
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        // The body throws nothing checked; the worker's trace is what leads to the fault.
        return (RuntimeException) cause;
    }

    private DeadlineExceededException exceeded(String detail, @Nullable Throwable cause) {
        return new DeadlineExceededException(name + " " + endpoint, deadline.timeout(), detail, cause);
    }
}
