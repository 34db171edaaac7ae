// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Duration;

/** The end of a time span on the monotonic clock. Immutable. */
public final class Deadline {
    /** A longer time cannot be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Duration timeout;
    private final long endNanos;

    private Deadline(Duration timeout) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + min(timeout, LONGEST).toNanos();
    }

    public static Deadline after(Duration timeout) {
        return new Deadline(timeout);
    }

    public Duration timeout() {
        return timeout;
    }

    /** The time that is left; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    public boolean isOver() {
        return remaining().isZero();
    }

    public static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** A wait that leaves a tenth of the time, one second at most, to report that the wait was in vain. */
    public static Duration lessReportingTime(Duration left) {
        return left.minus(min(left.dividedBy(10), Duration.ofSeconds(1)));
    }
}
