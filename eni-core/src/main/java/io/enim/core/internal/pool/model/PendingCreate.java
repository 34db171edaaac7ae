package io.enim.core.internal.pool;

import java.time.Instant;

/** An ENI that is to be created and whose id is not known yet. Belongs to the rounds. */
final class Creation {
    final Intent intent;

    /** Its intent is on disk. */
    boolean recorded;
    /** The call is under way. */
    boolean busy;
    /** Attempts that failed. */
    int attempts;
    /** The next attempt is not before this. */
    Instant notBefore = Instant.MIN;
    /** An attempt may have taken effect unheard: the cloud is to be looked at after this, and the token stays. */
    Instant ambiguousAt = Instant.MIN;

    Creation(Intent intent, boolean recorded) {
        this.intent = intent;
        this.recorded = recorded;
        // Found on disk, it may have been sent by the process before.
        this.ambiguousAt = recorded ? intent.since() : Instant.MIN;
    }

    boolean mayHaveHappened() {
        return !ambiguousAt.equals(Instant.MIN);
    }
}
