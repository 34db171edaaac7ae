package io.enim.core.internal.pool.loop;

import java.time.Instant;

/** When the next round is due, collected while one runs. */
public final class RoundSchedule {
    private final Instant now;
    private Instant next = Instant.MAX;

    public RoundSchedule(Instant now) {
        this.now = now;
    }

    public Instant now() {
        return now;
    }

    public boolean isDue(Instant moment) {
        return !moment.isAfter(now);
    }

    /** Something is to be done at this moment; one that has passed is dealt with in this round. */
    public void requeueAt(Instant moment) {
        if (moment.isAfter(now) && moment.isBefore(next)) {
            next = moment;
        }
    }

    /** Something was decided whose next step another round takes at once. */
    public void requeueNow() {
        next = now;
    }

    public Instant next() {
        return next;
    }
}
