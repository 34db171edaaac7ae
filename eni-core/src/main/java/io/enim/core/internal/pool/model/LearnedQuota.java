// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The limit of ENIs inferred from refusals (F9, F14): the breaker of
 * {@link io.enim.ProviderException.Refusal#ENI_LIMIT}. It allows what is below the limit, and after a delay that doubles
 * with each refusal, one more. Confined to the reconcile loop; not thread-safe.
 */
public final class LearnedQuota {
    private static final Duration FIRST_RETRY = Duration.ofMinutes(30);
    private static final int MAX_DOUBLINGS = 4;

    private static final int NONE = Integer.MAX_VALUE;

    private int quota = NONE;
    private Instant tryMoreAt = Instant.MAX;
    private int refusals;
    private String why = "";

    /** The cloud refused when there were this many. */
    public void refusedAt(int count, String message, Instant now) {
        quota = count;
        tryMoreAt = now.plus(FIRST_RETRY.multipliedBy(1L << Math.min(refusals, MAX_DOUBLINGS)));
        refusals++;
        why = message;
    }

    /** There are this many now, which disproves a lower limit. */
    public void reached(int count) {
        if (count > quota) {
            quota = count;
            refusals = 0;
        }
    }

    /** The lower of this limit and the one the cloud tells. */
    public int lower(int allowed, Instant now) {
        if (quota < allowed && !now.isBefore(tryMoreAt)) {
            quota++;
            tryMoreAt = now.plus(FIRST_RETRY);
        }
        if (quota >= allowed) {
            quota = NONE;
            refusals = 0;
        }
        return Math.min(quota, allowed);
    }

    public Optional<String> problem() {
        return Optional.of("the cloud refused more than " + quota + " ENIs (" + why + "); one more will be tried at "
                        + tryMoreAt)
                .filter(text -> quota != NONE);
    }
}
