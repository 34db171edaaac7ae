// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Thrown by the body of a task that waits for an event: the task leaves its thread and its place until then, and its body
 * begins anew. Immutable.
 */
public final class Suspension extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient CompletableFuture<?> event;
    private final Duration longest;

    Suspension(CompletableFuture<?> event, Duration longest) {
        super("the task waits for an event", null, false, false);
        this.event = event;
        this.longest = longest;
    }

    CompletableFuture<?> event() {
        return event;
    }

    Duration longest() {
        return longest;
    }
}
