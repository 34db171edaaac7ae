// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import io.enim.CloudCalls;
import java.time.Duration;
import java.time.Instant;

/** A rate with a burst. Confined to the reconcile loop; not thread-safe. */
final class TokenBucket {
    private static final double NANOS = 1e9;

    final double perSecond;
    final double burst;
    private double tokens;
    private Instant filled;

    TokenBucket(double perSecond, double burst, Instant now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filled = now;
    }

    /** Takes a token; {@link #available} told that there is one. */
    void take() {
        tokens -= 1;
    }

    double available(Instant now) {
        if (now.isAfter(filled)) {
            double seconds = Duration.between(filled, now).toNanos() / NANOS;
            tokens = Math.min(burst, tokens + seconds * perSecond);
            filled = now;
        }
        return tokens;
    }

    /** What this bucket has now, under a name. */
    Level level(String name) {
        return new Level(name, tokens, burst, perSecond, filled);
    }

    /** What a bucket had at a moment. Immutable. */
    record Level(String name, double tokens, double burst, double perSecond, Instant filled) {
        /** What it has now, if none was taken since. */
        CloudCalls.Budget at(Instant now) {
            double seconds = Math.max(0, Duration.between(filled, now).toNanos() / NANOS);
            return new CloudCalls.Budget(name, Math.min(burst, tokens + seconds * perSecond), burst, perSecond);
        }
    }

    /** When there are this many tokens, if none is taken before. */
    Instant availableAt(double wanted, Instant now) {
        double missing = wanted - available(now);
        return missing <= 0 ? now : now.plusNanos((long) Math.ceil(missing / perSecond * NANOS));
    }
}
