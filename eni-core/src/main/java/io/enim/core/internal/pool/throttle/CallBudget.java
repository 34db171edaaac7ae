// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * How often the cloud may be called. One bucket for all mutating calls, so that a node's share of the account's limits
 * is one number; one for describes; one window for creates, whatever asks for them (F15). Confined to the reconcile loop; not
 * thread-safe.
 *
 * <p>The burst is there for endpoints that wait: a node that was quiet creates and attaches for them at once what the rate
 * allows in ten seconds. What none waits for leaves most of it, and housekeeping still more.
 */
public final class CallBudget {
    private static final double DESCRIBE_BURST = 5;
    private static final double CREATE_WINDOW_SECONDS = 600;
    /** In seconds of the rate. */
    private static final double BURST = 10;

    private static final double BURST_UNAWAITED = 2;
    private static final double BURST_OF_HOUSEKEEPING = 1;

    private final TokenBucket describes;
    private final TokenBucket mutations;
    private final TokenBucket creates;
    private boolean endpointsWait;

    CallBudget(int mutationsPerSecond, int maxEnis, Duration poll, Instant now) {
        describes = new TokenBucket(1e9 / poll.toNanos(), DESCRIBE_BURST, now);
        mutations = new TokenBucket(mutationsPerSecond, BURST * mutationsPerSecond, now);
        double window = 2.0 * Math.max(1, maxEnis);
        creates = new TokenBucket(window / CREATE_WINDOW_SECONDS, window, now);
    }

    void endpointsWait(boolean wait) {
        endpointsWait = wait;
    }

    boolean tryTake(CloudCall cloudCall, Instant now) {
        List<TokenBucket> buckets = buckets(cloudCall);
        if (buckets.stream().anyMatch(bucket -> bucket.available(now) < needed(bucket, cloudCall))) {
            return false;
        }
        buckets.forEach(TokenBucket::take);
        return true;
    }

    /** When a call that was held back may be made. */
    Instant availableAt(CloudCall cloudCall, Instant now) {
        return buckets(cloudCall).stream()
                .map(bucket -> bucket.availableAt(needed(bucket, cloudCall), now))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    List<TokenBucket.Level> levels() {
        return List.of(mutations.level("mutations"), creates.level("creates"), describes.level("describes"));
    }

    /** What a call takes a token from. */
    private List<TokenBucket> buckets(CloudCall cloudCall) {
        return switch (cloudCall) {
            case DESCRIBE -> List.of(describes);
            case CREATE -> List.of(mutations, creates);
            case ATTACH, DETACH, DELETE -> List.of(mutations);
        };
    }

    /** A call's own token, and those that it leaves to others. */
    private double needed(TokenBucket bucket, CloudCall cloudCall) {
        return bucket == mutations ? 1 + mutations.perSecond * (BURST - burst(cloudCall)) : 1;
    }

    private double burst(CloudCall cloudCall) {
        if (cloudCall.isHousekeeping()) {
            return BURST_OF_HOUSEKEEPING;
        }
        return endpointsWait ? BURST : BURST_UNAWAITED;
    }
}
