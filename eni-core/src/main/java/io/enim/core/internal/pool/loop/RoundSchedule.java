package io.enim.core.internal.pool;

import java.time.Instant;

/** When the next round is due, collected while one runs. */
final class Agenda {
    private final Instant now;
    private Instant next = Instant.MAX;

    Agenda(Instant now) {
        this.now = now;
    }

    Instant now() {
        return now;
    }

    boolean isDue(Instant moment) {
        return !moment.isAfter(now);
    }

    /** Something is to be done at this moment; one that has passed is dealt with in this round. */
    void at(Instant moment) {
        if (moment.isAfter(now) && moment.isBefore(next)) {
            next = moment;
        }
    }

    /** Something was decided whose next step another round takes at once. */
    void again() {
        next = now;
    }

    Instant next() {
        return next;
    }
}
