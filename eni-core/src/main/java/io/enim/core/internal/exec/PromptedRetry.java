// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Duration;
import java.time.Instant;

/**
 * When an event that concerns what has failed causes another attempt: at once the first time, and then after pauses that grow,
 * so that an attempt which causes such events itself does not go on in a loop. Not thread-safe.
 */
public final class PromptedRetry {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MAX_DOUBLINGS = 5;

    private Instant lastAttempt = Instant.MIN;
    private int prompted;

    /** An attempt failed. */
    public void failed(Instant now) {
        lastAttempt = now;
    }

    /** When the attempt that an event asks for is due. */
    public Instant due(Instant now) {
        if (prompted == 0) {
            return now;
        }
        Duration doubled = SHORTEST.multipliedBy(1L << Math.min(prompted - 1, MAX_DOUBLINGS));
        Instant due = lastAttempt.plus(Deadline.min(doubled, LONGEST));
        return due.isBefore(now) ? now : due;
    }

    /** An attempt was brought forward. */
    public void used() {
        prompted++;
    }
}
