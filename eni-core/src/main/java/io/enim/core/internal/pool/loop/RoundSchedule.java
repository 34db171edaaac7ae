// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import java.time.Instant;

/** When the next round is due, collected while one runs. Confined to the reconcile loop; not thread-safe. */
public final class RoundSchedule {
    private final Instant now;
    private Instant next = Instant.MAX;

    public RoundSchedule(Instant now) {
        this.now = now;
    }

    public Instant now() {
        return now;
    }

    /** Asks for a round at this moment; a moment that has passed is ignored, for this round serves it. */
    public void requeueAt(Instant moment) {
        if (moment.isAfter(now) && moment.isBefore(next)) {
            next = moment;
        }
    }

    /** Whether this moment has come; if not, asks for a round at it. */
    public boolean isDueOrRequeue(Instant moment) {
        requeueAt(moment);
        return !moment.isAfter(now);
    }

    /** Asks for another round at once, for the next step of a decision made in this one. */
    public void requeueNow() {
        next = now;
    }

    public Instant next() {
        return next;
    }
}
