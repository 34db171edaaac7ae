package io.enim.provider.fake.region;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Admits calls at a rate, with a burst. Guarded by its owner. */
final class TokenBucket {
    private final Clock clock;
    private final double perSecond;
    private final double burst;
    private double tokens;
    private Instant last;

    TokenBucket(Clock clock, double perSecond, double burst) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.last = clock.instant();
    }

    boolean admits() {
        Instant now = clock.instant();
        double passed = Duration.between(last, now).toNanos() / 1e9;
        last = now;
        tokens = Math.min(burst, tokens + passed * perSecond);
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
