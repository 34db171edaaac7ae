// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.core.internal.exec.EndpointTask;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The first error of several attempts, with the later ones suppressed onto it. Not thread-safe. */
final class FirstError {
    private @Nullable Throwable first;

    void collect(Runnable attempt) {
        try {
            attempt.run();
        } catch (RuntimeException | Error e) {
            Throwable error = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            if (first == null) {
                first = error;
            } else if (error != first) {
                first.addSuppressed(error);
            }
        }
    }

    void rethrow() {
        if (first != null) {
            throw EndpointTask.rethrown(first);
        }
    }
}
