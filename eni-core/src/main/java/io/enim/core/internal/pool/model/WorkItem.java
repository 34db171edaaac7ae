// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.core.internal.exec.PromptedRetry;
import io.enim.core.internal.pool.throttle.Backoff;
import java.time.Duration;
import java.time.Instant;

/** What off-loop calls are made for: one at a time, and after a failure later and later. */
public abstract class WorkItem {
    private boolean busy;
    private int attempts;
    private Instant notBefore = Instant.MIN;
    private PromptedRetry prompted = new PromptedRetry();

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
        delay(backoff.delay(++attempts), now);
    }

    /** An attempt failed: the next one is due after this time. */
    void delay(Duration pause, Instant now) {
        notBefore = now.plus(pause);
        prompted.failed(now);
        touched();
    }

    /** What the next attempt waits for may have happened. */
    void hasten(Instant now) {
        Instant due = prompted.due(now);
        if (due.isBefore(notBefore)) {
            prompted.used();
            notBefore = due;
            touched();
        }
    }

    /** What comes next is another step: its first attempt is due at once. */
    void firstAttempt() {
        attempts = 0;
        notBefore = Instant.MIN;
        prompted = new PromptedRetry();
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
