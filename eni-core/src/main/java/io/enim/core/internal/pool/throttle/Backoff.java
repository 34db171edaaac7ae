// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: uniform between the floor and a ceiling that doubles with each attempt up to
 * the cap. Many nodes share a cloud's limits, so the spread matters more than the mean.
 */
public record Backoff(Duration floor, Duration base, Duration cap, RandomGenerator random) {
    private static final int MAX_SHIFT = 30;

    public static Backoff ofSeconds(int floor, int base, int cap, RandomGenerator random) {
        return new Backoff(Duration.ofSeconds(floor), Duration.ofSeconds(base), Duration.ofSeconds(cap), random);
    }

    /** How long to wait after this many failures, from 1. */
    public Duration delay(int attempt) {
        int shift = Math.min(MAX_SHIFT, Math.max(0, attempt - 1));
        long ceiling = Math.min(cap.toMillis(), base.toMillis() << shift);
        long low = Math.min(floor.toMillis(), ceiling);
        return Duration.ofMillis(low + (long) (random.nextDouble() * (ceiling - low)));
    }

    /** The period, a quarter longer or shorter at most, so that the timers of many nodes do not coincide. */
    public static Duration jittered(Duration period, RandomGenerator random) {
        long quarter = period.toMillis() / 4;
        return period.minusMillis(quarter).plusMillis((long) (random.nextDouble() * 2 * quarter));
    }
}
