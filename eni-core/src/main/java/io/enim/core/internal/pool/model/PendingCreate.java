// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.core.internal.pool.store.CloudIntent;
import java.time.Duration;
import java.time.Instant;

/** A create call whose ENI id is not known yet. Confined to the reconcile loop; not thread-safe. */
public final class PendingCreate extends WorkItem {
    private final CloudIntent intent;
    private Instant ambiguousAt = Instant.MIN;

    public PendingCreate(CloudIntent intent) {
        this.intent = intent;
    }

    public CloudIntent intent() {
        return intent;
    }

    /** An attempt may have taken effect without an answer; a describe must follow before the next one. */
    public void ambiguous(Instant now) {
        ambiguousAt = now;
    }

    /**
     * Whether an attempt may have taken effect although a later one is refused. It has not when nothing unexplained is in the
     * cloud, and a describe that began so much later than the attempt has shown that.
     */
    public boolean mayHaveTakenEffect(boolean unexplained, Duration visibleWithin, Instant lastDescribe) {
        return !ambiguousAt.equals(Instant.MIN)
                && (unexplained || !lastDescribe.isAfter(ambiguousAt.plus(visibleWithin)));
    }

    /** An attempt may have taken effect, and no describe that began later has succeeded yet. */
    public boolean awaitsDescribe(Instant lastDescribe) {
        return !isBusy() && !ambiguousAt.equals(Instant.MIN) && !lastDescribe.isAfter(ambiguousAt);
    }
}
