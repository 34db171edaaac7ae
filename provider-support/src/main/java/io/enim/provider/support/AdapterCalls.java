// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.ProviderException;
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

    public <T> T call(String operation, Supplier<T> call) {
        requireOpen(operation, null);
        try {
            return call.get();
        } catch (AmbiguousProviderException e) {
            throw e;
        } catch (ProviderException e) {
            requireOpen(operation, e);
            throw e;
        }
    }

    public void run(String operation, Runnable call) {
        call(operation, () -> {
            call.run();
            return operation;
        });
    }

    private void requireOpen(String operation, @Nullable ProviderException cause) {
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
