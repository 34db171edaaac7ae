// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The first error of several attempts, with the later ones suppressed onto it. Not thread-safe. */
public final class FirstError {
    private @Nullable Throwable first;

    /** Adds a later error to the first. A seam, or the JVM when memory is used up, may throw one error again and again. */
    public static void suppress(Throwable first, Throwable later) {
        if (later != first) {
            first.addSuppressed(later);
        }
    }

    public void collect(Runnable attempt) {
        try {
            attempt.run();
        } catch (RuntimeException | Error e) {
            Throwable error = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            if (first == null) {
                first = error;
            } else {
                suppress(first, error);
            }
        }
    }

    public boolean isEmpty() {
        return first == null;
    }

    public void rethrow() {
        if (first != null) {
            throw EndpointTask.rethrown(first);
        }
    }
}
