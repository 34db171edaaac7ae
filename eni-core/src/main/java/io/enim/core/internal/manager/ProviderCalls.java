package io.enim.core.internal.manager;

import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Gives a question to the provider a deadline of its own, whatever the provider is stuck in. Safe for concurrent use. */
public final class ProviderCalls {
    private final ExecutorService executor;
    private final Duration timeout;

    public ProviderCalls(ExecutorService executor, Duration timeout) {
        this.executor = executor;
        this.timeout = timeout;
    }

    /**
     * Asks, and interrupts the asking when the time is used up.
     *
     * @throws DeadlineExceededException there was no answer in time
     * @throws ClosedException the manager was closed
     */
    public <T> T ask(String what, Supplier<T> question) {
        Future<T> answer = submit(what, question);
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new DeadlineExceededException(
                    what, timeout, "the provider does not answer; is its cloud reachable?", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new DeadlineExceededException(what, timeout, "the caller was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EniException known) {
                throw known;
            }
            throw new FatalProviderException(
                    Refusal.OTHER, "", what + ": the provider broke its contract with " + e.getCause(), e);
        }
    }

    private <T> Future<T> submit(String what, Supplier<T> question) {
        try {
            return executor.submit(question::get);
        } catch (RejectedExecutionException e) {
            throw new ClosedException(what + ": the manager is closed", e);
        }
    }
}
