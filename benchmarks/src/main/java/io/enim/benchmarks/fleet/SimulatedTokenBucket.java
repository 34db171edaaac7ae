// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

/** A token bucket in simulated time. */
final class SimulatedTokenBucket {
    private static final double MINUTE = 60_000;

    private final double perMilli;
    private final double burst;
    private double tokens;
    private long filled;

    SimulatedTokenBucket(double perMinute, double burst) {
        this.perMilli = perMinute / MINUTE;
        this.burst = burst;
        this.tokens = burst;
    }

    boolean tryTake(long now) {
        fill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Reserves a token for a client that queues; returns when it is available. */
    long reserve(long now) {
        fill(now);
        tokens--;
        return tokens >= 0 ? now : now + (long) Math.ceil(-tokens / perMilli);
    }

    /** When a token is available, if no other call takes it. */
    long availableAt(long now) {
        fill(now);
        return tokens >= 1 ? now : now + (long) Math.ceil((1 - tokens) / perMilli);
    }

    private void fill(long now) {
        tokens = Math.min(burst, tokens + (now - filled) * perMilli);
        filled = now;
    }
}
