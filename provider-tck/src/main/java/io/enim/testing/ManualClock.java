// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it; it begins at the start of 2026. Safe for concurrent use. */
public final class ManualClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long elapsed;

    /** So much time passes. */
    public synchronized void advance(Duration time) {
        now = now.plus(time);
        elapsed += time.toNanos();
    }

    /** The nanoseconds that have passed, as a monotonic clock counts them. */
    public synchronized long elapsedNanos() {
        return elapsed;
    }

    /** Sets it, forward or back, as an administrator or NTP does; no time passes. */
    public synchronized void set(Instant moment) {
        now = moment;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a manual clock has UTC only");
    }
}
