// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.EniException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer for a caller that has no thread waiting. Safe for concurrent use.
 *
 * <p>What decides is the completion of the work, as for a caller that waits: one that cancels, or completes this in any other
 * way, has left if the answer was not there yet; else it gets the answer.
 */
final class AnswerFuture<T> extends CompletableFuture<T> {
    private final Answerable<T> work;
    private final Executor callbacks;
    private final BiConsumer<@Nullable T, @Nullable Throwable> listener;
    /** Set once: an attempt that fails finds the answer there, and so does each later one. */
    private final AtomicReference<@Nullable EniException> leaving = new AtomicReference<>();

    /** The listener is told of the end before what the caller attached. */
    AnswerFuture(Answerable<T> work, Executor callbacks, BiConsumer<@Nullable T, @Nullable Throwable> listener) {
        this.work = work;
        this.callbacks = callbacks;
        this.listener = listener;
    }

    /** To be called once. */
    void begin() {
        work.completion().whenComplete((answer, error) -> {
            try {
                callbacks.execute(() -> settle(answer, error));
            } catch (RejectedExecutionException | Error e) {
                settle(answer, error); // No thread for it; the answer must not be lost.
            }
        });
    }

    private void settle(@Nullable T answer, @Nullable Throwable error) {
        try {
            listener.accept(answer, error);
        } finally {
            if (error == null) {
                super.complete(answer);
            } else if (error != leaving.get()) { // Else the caller completes this by itself.
                super.completeExceptionally(error);
            }
        }
    }

    /** Whether the caller has left in time. */
    private boolean leave() {
        EniException why = work.leftByCaller();
        return leaving.compareAndSet(null, why) && work.leave(why);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return completeExceptionally(new CancellationException(work + ": its caller cancelled it"));
    }

    @Override
    public boolean complete(T value) {
        return leave() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        return leave() && super.completeExceptionally(error);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
