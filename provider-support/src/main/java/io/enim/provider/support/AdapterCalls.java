// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.PrintableText;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an adapter until it is closed. One that comes later, or that closing cuts off, ends with a
 * {@link ClosedException}; only a change that may have happened stays ambiguous. Safe for concurrent use.
 */
public final class AdapterCalls implements AutoCloseable {
    private final String adapter;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Begins open.
     *
     * @param adapter its name, for messages
     * @param onClose ends its connections and threads
     */
    public AdapterCalls(String adapter, Runnable onClose) {
        this.adapter = adapter;
        this.onClose = onClose;
    }

    /** A call that may change something: what its answer breaks is ambiguous. */
    public <T> T call(String operation, Supplier<T> call) {
        return call(operation, call, AmbiguousProviderException::new);
    }

    /** A call that reads: what its answer breaks is retryable. */
    public <T> T read(String operation, Supplier<T> call) {
        return call(operation, call, RetryableProviderException::new);
    }

    /** As {@link #call}. */
    public void run(String operation, Runnable call) {
        call(operation, () -> {
            call.run();
            return operation;
        });
    }

    /** Makes the error of an answer that the adapter did not expect; what it broke is no error of ENIM's yet. */
    private interface Unreadable {
        ProviderException error(Refusal refusal, String code, String message, Throwable cause);
    }

    private <T> T call(String operation, Supplier<T> call, Unreadable unreadable) {
        requireOpen(operation, null);
        try {
            return call.get();
        } catch (AmbiguousProviderException e) {
            throw e;
        } catch (RuntimeException e) {
            requireOpen(operation, e);
            if (e instanceof EniException && !(e instanceof InvalidRequestException)) {
                throw e;
            }
            String message = operation + ": an answer of the cloud cannot be read (" + PrintableText.brief(e.toString())
                    + "); it is asked again";
            throw unreadable.error(Refusal.OTHER, "", message, e);
        }
    }

    private void requireOpen(String operation, @Nullable RuntimeException cause) {
        if (closed.get()) {
            throw new ClosedException(operation + ": the adapter " + adapter + " is closed; make a new manager", cause);
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
