package io.enim.core.internal.pool.throttle;

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

    /** Takes a token, unless that would leave fewer than the reserve. */
    boolean tryTake(double reserve, Instant now) {
        fill(now);
        if (tokens - 1 < reserve) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    double available(Instant now) {
        fill(now);
        return tokens;
    }

    /** When {@link #tryTake} with this reserve succeeds, if no token is taken before. */
    Instant availableAt(double reserve, Instant now) {
        fill(now);
        double missing = reserve + 1 - tokens;
        return missing <= 0 ? now : now.plusNanos((long) Math.ceil(missing / perSecond * NANOS));
    }

    private void fill(Instant now) {
        if (now.isAfter(filled)) {
            double seconds = Duration.between(filled, now).toNanos() / NANOS;
            tokens = Math.min(burst, tokens + seconds * perSecond);
            filled = now;
        }
    }
}
