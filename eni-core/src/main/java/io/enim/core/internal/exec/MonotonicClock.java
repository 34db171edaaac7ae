// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * The clock of durations and ages. It begins with the wall clock's time and then advances by a monotonic clock, so that a
 * step of the wall clock changes nothing that happens to an ENI (P14). Records, and what people read, have the time of
 * {@link #wall}. Thread-safe.
 */
public final class MonotonicClock extends Clock {
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Instant origin;
    private final long began;

    /** The nanoseconds are those of {@link System#nanoTime}, but for tests. */
    public MonotonicClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.origin = wall.instant();
        this.began = nanos.getAsLong();
    }

    /** The wall clock, which may be set to any time at any moment. */
    public InstantSource wall() {
        return wall;
    }

    @Override
    public Instant instant() {
        return origin.plusNanos(nanos.getAsLong() - began);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock has UTC only");
    }
}
