// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.OperationStatus;
import io.enim.SupersededException;
import io.enim.TimelineEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation on one endpoint, shared by the caller that waits and the worker that runs it. Safe for use by both.
 *
 * <p>One compare-and-set of the future decides the outcome: either the worker delivers its answer, or the caller leaves. A
 * worker whose answer is refused knows that no caller has it, and undoes the operation.
 */
public final class EndpointTask<T> extends Answerable<T> {
    private static final int MOST_STEPS = 64;

    private final String name;
    private final Endpoint endpoint;
    private final Function<EndpointTask<T>, T> body;
    private final AtomicReference<@Nullable EniException> cancelled = new AtomicReference<>();
    /** Guards the fields below it, for a few instructions. */
    private final Object guard = new Object();

    private @Nullable Thread interruptible;
    private @Nullable String step;
    private @Nullable String hungIn;
    private @Nullable Runnable wake;
    /** The latest steps that have ended. */
    private final ArrayDeque<TimelineEntry> steps = new ArrayDeque<>();

    /** What it holds of its executor. */
    final AtomicReference<Places.Place> place = new AtomicReference<>(Places.Place.NONE);

    private volatile @Nullable PerEndpointExecutor executor;
    private volatile @Nullable EniException inVain;
    /** When it went on after it had waited for events; null if it did not. */
    private volatile @Nullable Duration resumedAt;

    private volatile @Nullable Duration left;
    /** When its worker last began or ended a step; null while it has none. */
    private volatile @Nullable Duration wentOn;

    private volatile boolean over;

    /** An operation whose caller waits until the deadline; the worker runs the body. */
    public EndpointTask(String name, Endpoint endpoint, Deadline deadline, Function<EndpointTask<T>, T> body) {
        super(deadline, "it ends in the background; a DEL or a repeated call waits for that");
        this.name = name;
        this.endpoint = endpoint;
        this.body = body;
    }

    /** {@code ADD}, {@code DEL}, {@code CHECK} or {@code GC}. */
    public String name() {
        return name;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Called by its executor before it is queued. */
    void enter(PerEndpointExecutor owner) {
        executor = owner;
    }

    /** Called by the worker: runs the body and delivers its answer, or what it throws. */
    void run() throws Suspension {
        EniException why = cancelled.get();
        if (why != null) {
            fail(why);
            return;
        }
        T answer;
        wentOn = deadline().elapsed();
        try {
            answer = body.apply(this);
        } catch (Suspension e) {
            wentOn = null;
            throw e;
        } catch (Throwable e) {
            // Also what a seam throws undeclared: the caller gets it, and the worker goes on with the next task (P15).
            fail(e);
            return;
        }
        over = true;
        completion().complete(answer);
    }

    /** Ends it without its body. */
    void fail(Throwable error) {
        over = true;
        completion().completeExceptionally(error);
    }

    /**
     * Called by the body, which throws the answer: it waits for the event, at most so long, without a thread.
     *
     * @param reason what the caller gets when its time ends first
     */
    public Suspension suspended(CompletableFuture<?> event, Duration longest, EniException reason) {
        inVain = reason;
        return new Suspension(event, longest);
    }

    /** Called by the body when what it waited for has come: from here on its time may end for other reasons. */
    public void resumed() {
        if (inVain != null) {
            resumedAt = deadline().elapsed();
            inVain = null;
        }
    }

    /** Called by the executor: runs this once when the task is cancelled while it is suspended, at once if it was before. */
    void wakeWhenCancelled(Runnable action) {
        synchronized (guard) {
            if (cancelled.get() == null) {
                wake = action;
                return;
            }
        }
        action.run();
    }

    boolean isCancelled() {
        return cancelled.get() != null;
    }

    /** Runs this when the caller has its answer, which may be at once; with its error, or null. */
    public void whenEnded(Consumer<@Nullable Throwable> action) {
        completion().whenComplete((result, error) -> action.accept(error));
    }

    /**
     * Called by the worker when a step begins.
     *
     * @throws io.enim.OverloadedException too many earlier operations hang in it
     */
    public void beginStep(String named) {
        synchronized (guard) {
            PerEndpointExecutor in = executor;
            if (in != null && cancelled.get() == null) { // Else it is being undone, which is not refused.
                in.hungSteps().admit(this, named);
            }
            step = named;
            wentOn = deadline().elapsed();
        }
    }

    /** Called by the worker when a step has ended. */
    public void endStep() {
        synchronized (guard) {
            PerEndpointExecutor in = executor;
            if (in != null && hungIn != null) {
                in.hungSteps().remove(hungIn);
            }
            hungIn = null;
            step = null;
            wentOn = deadline().elapsed();
        }
    }

    /** Called when a step of it has ended. */
    public void note(TimelineEntry ended) {
        synchronized (guard) {
            if (steps.size() == MOST_STEPS) {
                steps.removeFirst();
            }
            steps.addLast(ended);
        }
    }

    /** The latest steps that have ended, oldest first. */
    public List<TimelineEntry> steps() {
        synchronized (guard) {
            return List.copyOf(steps);
        }
    }

    /** Called by the body with its result: false means that the caller has left and does not get it. */
    public boolean deliver(T result) {
        return completion().complete(result);
    }

    /** Whether all work is done: its body has ended, or the caller has its answer. A caller that has its error finds it over. */
    boolean isOver() {
        return over || completion().isDone() && !completion().isCompletedExceptionally();
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
        if (deadline().isOver()) {
            throw overdue("the steps took too long; see the endpoint's timeline");
        }
    }

    /**
     * Runs a call to foreign code that may hang; cancelling interrupts it. The interrupt flag of the thread is clear
     * afterwards.
     */
    public <R> R interruptibly(Supplier<R> call) {
        synchronized (guard) {
            checkpoint();
            interruptible = Thread.currentThread();
        }
        try {
            return call.get();
        } finally {
            synchronized (guard) {
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
        completion().completeExceptionally(why);
        cancel(why);
    }

    private void cancel(EniException why) {
        Runnable waking;
        synchronized (guard) {
            if (cancelled.compareAndSet(null, why) && interruptible != null) {
                interruptible.interrupt();
            }
            waking = wake;
            wake = null;
        }
        if (waking != null) {
            waking.run();
        }
    }

    @Override
    protected void left(EniException why) {
        left = deadline().elapsed();
        PerEndpointExecutor in = executor;
        synchronized (guard) {
            if (in != null && step != null) {
                hungIn = step;
                in.hungSteps().add(step);
            }
        }
        // After the completion: the answer of the interrupted worker comes too late.
        cancel(why);
        if (in != null) {
            in.left(this);
        }
    }

    @Override
    protected EniException overdue(String detail) {
        EniException known = inVain;
        Duration waited = resumedAt;
        return known != null
                ? known
                : super.overdue(
                        waited == null ? detail : "it got its ENI after " + waited.toMillis() + " ms; " + detail);
    }

    /** Ends the wait of a caller, because nothing is left to wait for. */
    void expire() {
        leave(overdue("no more of its kind may wait"));
    }

    /** How long its caller has left; zero while it waits. */
    Duration leftFor() {
        Duration at = left;
        return at == null ? Duration.ZERO : deadline().elapsed().minus(at);
    }

    /** How long its worker has been in the same step, or between the same two; zero while it has none. */
    Duration inStepFor() {
        Duration at = wentOn;
        return at == null ? Duration.ZERO : deadline().elapsed().minus(at);
    }

    /** The time since its call. */
    public Duration age() {
        return deadline().elapsed();
    }

    /** Where it is now, for a picture of the node; an ADD that waits for an ENI is without its place. */
    OperationStatus status() {
        Duration sinceStep = inStepFor();
        synchronized (guard) {
            String at = step != null ? step : wentOn != null ? "" : OperationStatus.QUEUED;
            if (place.get() == Places.Place.WAITING) {
                at = OperationStatus.WAITS;
            }
            Duration age = age();
            return new OperationStatus(endpoint, name, at, wentOn == null ? age : sinceStep, age, OptionalInt.empty());
        }
    }

    /** Where it is now, for the operator. */
    String whereabouts() {
        synchronized (guard) {
            if (place.get() == Places.Place.WAITING) {
                return "waits for an ENI";
            }
            return step == null ? "between steps" : "in step " + step;
        }
    }

    @Override
    public String toString() {
        return name + " " + endpoint;
    }
}
