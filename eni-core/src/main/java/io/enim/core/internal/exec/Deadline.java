package io.enim.core.internal.exec;

import java.time.Duration;

/** A moment on the monotonic clock by which something ends, and the time it had. */
public final class Deadline {
    private final Duration timeout;
    private final long endNanos;

    private Deadline(Duration timeout) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    /** The moment this far from now. */
    public static Deadline after(Duration timeout) {
        return new Deadline(timeout);
    }

    /** The whole time that was given. */
    public Duration timeout() {
        return timeout;
    }

    /** What is left of it; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    /** What is left of it, or the cap if that is less. */
    public Duration remainingUpTo(Duration cap) {
        Duration left = remaining();
        return left.compareTo(cap) < 0 ? left : cap;
    }

    /** Whether nothing is left. */
    public boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }
}
