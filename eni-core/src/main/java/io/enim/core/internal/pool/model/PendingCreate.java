package io.enim.core.internal.pool.model;

import io.enim.core.internal.pool.store.CloudIntent;
import java.time.Instant;

/** An ENI that is to be created and whose id is not known yet. Belongs to the rounds. */
public final class PendingCreate {
    public final CloudIntent intent;

    /** Its intent is on disk. */
    public boolean recorded;
    /** The call is under way. */
    public boolean busy;
    /** Attempts that failed. */
    public int attempts;
    /** The next attempt is not before this. */
    public Instant notBefore = Instant.MIN;
    /** An attempt may have taken effect unheard: the cloud is to be looked at after this, and the token stays. */
    public Instant ambiguousAt = Instant.MIN;

    public PendingCreate(CloudIntent cloudIntent, boolean recorded) {
        this.intent = cloudIntent;
        this.recorded = recorded;
        // Found on disk, it may have been sent by the process before.
        this.ambiguousAt = recorded ? cloudIntent.since() : Instant.MIN;
    }

    public boolean mayHaveHappened() {
        return !ambiguousAt.equals(Instant.MIN);
    }
}
