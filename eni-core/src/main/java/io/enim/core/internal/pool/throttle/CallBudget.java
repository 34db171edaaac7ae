// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * How often the cloud may be called. One bucket for all mutating calls, so that a node's share of the account's limits
 * is one number; one for describes; one window for creates, whatever asks for them (F15). Housekeeping leaves half of the
 * burst to the calls that endpoints wait for. Confined to the reconcile loop; not thread-safe.
 */
public final class CallBudget {
    private static final double DESCRIBE_BURST = 5;
    private static final double CREATE_WINDOW_SECONDS = 600;

    private final TokenBucket describes;
    private final TokenBucket mutations;
    private final TokenBucket creates;

    CallBudget(int mutationsPerSecond, int maxEnis, Duration poll, Instant now) {
        describes = new TokenBucket(1e9 / poll.toNanos(), DESCRIBE_BURST, now);
        mutations = new TokenBucket(mutationsPerSecond, 2.0 * mutationsPerSecond, now);
        double window = 2.0 * Math.max(1, maxEnis);
        creates = new TokenBucket(window / CREATE_WINDOW_SECONDS, window, now);
    }

    boolean tryTake(CloudCall cloudCall, Instant now) {
        if (available(cloudCall, now) - 1 < reserve(cloudCall)) {
            return false;
        }
        buckets(cloudCall).forEach(TokenBucket::take);
        return true;
    }

    /** When a call that was held back may be made. */
    Instant availableAt(CloudCall cloudCall, Instant now) {
        return buckets(cloudCall).stream()
                .map(bucket -> bucket.availableAt(reserve(cloudCall) + 1, now))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private double available(CloudCall cloudCall, Instant now) {
        return buckets(cloudCall).stream()
                .mapToDouble(bucket -> bucket.available(now))
                .min()
                .orElseThrow();
    }

    /** What a call takes a token from. */
    private List<TokenBucket> buckets(CloudCall cloudCall) {
        return switch (cloudCall) {
            case DESCRIBE -> List.of(describes);
            case CREATE -> List.of(mutations, creates);
            case ATTACH, DETACH, DELETE -> List.of(mutations);
        };
    }

    private double reserve(CloudCall cloudCall) {
        return cloudCall.isHousekeeping() ? mutations.burst / 2 : 0;
    }
}
