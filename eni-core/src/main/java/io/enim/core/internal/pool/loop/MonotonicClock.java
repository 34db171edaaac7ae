// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Time as instants that never go back. A wall clock that is set back, as at many boots, would otherwise delay every
 * timer of the pool by the same amount (P8). Thread-safe.
 */
public final class MonotonicClock {
    private record Reading(Instant wall, Duration lead) {}

    private final Clock wall;
    private final AtomicReference<Reading> last;

    public MonotonicClock(Clock wall) {
        this.wall = wall;
        this.last = new AtomicReference<>(new Reading(wall.instant(), Duration.ZERO));
    }

    public Instant now() {
        Instant read = wall.instant();
        Reading now = last.updateAndGet(before -> read.isBefore(before.wall())
                ? new Reading(read, before.lead().plus(Duration.between(read, before.wall())))
                : new Reading(read, before.lead()));
        return now.wall().plus(now.lead());
    }

    /** The wall clock's time, for records. */
    public Instant wallTime() {
        return wall.instant();
    }
}
