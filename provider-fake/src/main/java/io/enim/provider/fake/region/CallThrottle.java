// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

import io.enim.provider.fake.region.CloudRefusal.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** Counts calls and refuses those over the rate limit, by a token bucket. Safe for concurrent use. */
final class CallThrottle {
    private final Map<ApiCall, Integer> calls = new EnumMap<>(ApiCall.class);
    private final Clock clock;
    private double perSecond;
    private double burst = Double.POSITIVE_INFINITY;
    private double tokens = Double.POSITIVE_INFINITY;
    private Instant last;

    CallThrottle(Clock clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    synchronized void limit(double newPerSecond, double newBurst) {
        perSecond = newPerSecond;
        burst = newBurst;
        tokens = newBurst;
        last = clock.instant();
    }

    synchronized void admit(ApiCall apiCall) {
        calls.merge(apiCall, 1, Integer::sum);
        Instant now = clock.instant();
        double passed = Duration.between(last, now).toNanos() / 1e9;
        last = now;
        tokens = Math.min(burst, tokens + passed * perSecond);
        if (tokens < 1) {
            throw new CloudRefusal(Reason.THROTTLED, apiCall + ": rate exceeded");
        }
        tokens -= 1;
    }

    synchronized Map<ApiCall, Integer> calls() {
        return Map.copyOf(calls);
    }
}
