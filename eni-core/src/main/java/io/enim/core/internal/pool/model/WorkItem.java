// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.core.internal.pool.throttle.Backoff;
import java.time.Instant;

/** What off-loop calls are made for: one at a time, and after a failure later and later. */
public abstract class WorkItem {
    private boolean busy;
    private int attempts;
    private Instant notBefore = Instant.MIN;

    public void beginCall() {
        busy = true;
        touched();
    }

    public void callEnded() {
        busy = false;
        touched();
    }

    /** Called after each change. */
    protected void touched() {}

    /** A call for it is under way. */
    public boolean isBusy() {
        return busy;
    }

    /** An attempt failed, or has to show its effect: the next one waits, longer each time. */
    public void retryAfter(Backoff backoff, Instant now) {
        notBefore = now.plus(backoff.delay(++attempts));
        touched();
    }

    /** The next attempt is due at this moment. */
    void retryAt(Instant moment) {
        notBefore = moment;
        touched();
    }

    /** What comes next is another step: its first attempt is due at once. */
    void firstAttempt() {
        attempts = 0;
        notBefore = Instant.MIN;
        touched();
    }

    public Instant notBefore() {
        return notBefore;
    }

    /** Attempts at the present step. */
    public int attempts() {
        return attempts;
    }
}
