// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds calls back after a refusal, then lets a single probe through (half-open). Confined to the reconcile loop; not
 * thread-safe.
 *
 * <pre>
 * closed --refused--> open --time--> half-open --ok--> closed
 *                      ^------------------refused--'
 * </pre>
 */
final class CircuitBreaker {
    private static final Duration MEMORY = Duration.ofMinutes(5);

    private final Backoff backoff;
    private int refusals;
    private Instant openedAt = Instant.MIN;
    private Instant openUntil = Instant.MIN;
    private boolean probing;
    private String why = "";

    CircuitBreaker(Backoff backoff) {
        this.backoff = backoff;
    }

    boolean isClosed() {
        return refusals == 0;
    }

    boolean allows(Instant now) {
        return isClosed() || !probing && !now.isBefore(openUntil);
    }

    /** A call that {@link #allows} let through begins. */
    void began() {
        probing = !isClosed();
    }

    /** A call that began at one moment was refused at another. Of those that were under way together, the first counts. */
    void refused(String message, Instant began, Instant now) {
        if (isClosed() || !began.isBefore(openedAt)) {
            refusals++;
            openedAt = now;
            openUntil = now.plus(backoff.delay(refusals));
            probing = false;
        }
        why = message;
    }

    /** A call that began at this moment succeeded. One that began before the refusal proves nothing. */
    void succeeded(Instant began) {
        if (!began.isBefore(openedAt)) {
            refusals = 0;
            openUntil = Instant.MIN;
            probing = false;
        }
    }

    /** A call ended without evidence for or against this breaker. */
    void ended() {
        probing = false;
    }

    /** Half-open without a probe for MEMORY: discard. */
    boolean isStale(Instant now) {
        return !probing && openUntil.plus(MEMORY).isBefore(now);
    }

    Instant openUntil() {
        return openUntil;
    }

    /** How often calls were refused, what holds now, and why the last one was. */
    String status(Instant now) {
        Duration left = Duration.between(now, openUntil);
        String until = left.isNegative() ? "being probed" : "held back for " + left.toSeconds() + " s";
        return "(" + refusals + " times, " + until + "): " + why;
    }
}
