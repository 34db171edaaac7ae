package io.enim.core.internal.pool.model;

import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.Backoff;
import java.time.Instant;

/** A create call whose ENI id is not known yet. Confined to the reconcile loop; not thread-safe. */
public final class PendingCreate extends WorkItem {
    private final CloudIntent intent;
    private boolean recorded;
    /** When an attempt may have taken effect without an answer; a describe must follow before the next one. */
    private Instant ambiguousAt = Instant.MIN;

    /** One that was not sent yet. */
    public PendingCreate(CloudIntent intent) {
        this.intent = intent;
    }

    /** One found on disk: the process before may have sent it. */
    static PendingCreate restored(CloudIntent intent) {
        PendingCreate restored = new PendingCreate(intent);
        restored.recorded = true;
        restored.ambiguousAt = intent.since();
        return restored;
    }

    public CloudIntent intent() {
        return intent;
    }

    public boolean isRecorded() {
        return recorded;
    }

    /** An attempt failed. The disk may be the cause, so the next one records the intent again. */
    @Override
    public void retryAfter(Backoff backoff, Instant now) {
        super.retryAfter(backoff, now);
        recorded = false;
    }

    public void ambiguous(Instant now) {
        ambiguousAt = now;
    }

    /** An attempt may have taken effect, and no describe that began later has succeeded yet. */
    public boolean awaitsDescribe(Instant lastDescribe) {
        return !isBusy() && !ambiguousAt.equals(Instant.MIN) && !lastDescribe.isAfter(ambiguousAt);
    }
}
