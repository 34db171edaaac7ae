package io.enim.core.internal.exec;

import java.time.Duration;

/** The end of a time span on the monotonic clock. Immutable. */
public final class Deadline {
    private final Duration timeout;
    private final long endNanos;

    private Deadline(Duration timeout) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    /** A deadline that is this far from now. */
    public static Deadline after(Duration timeout) {
        return new Deadline(timeout);
    }

    /** The whole time span. */
    public Duration timeout() {
        return timeout;
    }

    /** The time that is left; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    /** The time that is left, or the cap if that is less. */
    public Duration remainingUpTo(Duration cap) {
        Duration left = remaining();
        return left.compareTo(cap) < 0 ? left : cap;
    }

    /** A wait that leaves a tenth of the time, one second at most, to report that the wait was in vain. */
    public static Duration lessReportingTime(Duration left) {
        Duration tenth = left.dividedBy(10);
        return left.minus(tenth.compareTo(Duration.ofSeconds(1)) < 0 ? tenth : Duration.ofSeconds(1));
    }

    /** Whether no time is left. */
    public boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }
}
