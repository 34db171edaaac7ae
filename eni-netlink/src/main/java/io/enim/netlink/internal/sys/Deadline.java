// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The instant by which an operation ends, on a monotonic clock.
 *
 * @param clock nanoseconds, like {@link System#nanoTime}
 * @param at the instant, on that clock
 */
public record Deadline(LongSupplier clock, long at) {
    public static Deadline after(Duration timeout) {
        return after(timeout, System::nanoTime);
    }

    public static Deadline after(Duration timeout, LongSupplier clock) {
        // A timeout of centuries must not wrap around into the past.
        long nanos = timeout.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : timeout.toNanos();
        return new Deadline(clock, clock.getAsLong() + nanos);
    }

    /** The time left; zero when it has passed. */
    public long remainingNanos() {
        return Math.max(0, at - clock.getAsLong());
    }

    /** The time left, rounded up so that a wait never ends just before the instant and spins. */
    public int remainingMillis() {
        return (int) Math.min(Integer.MAX_VALUE, (remainingNanos() + 999_999) / 1_000_000);
    }

    public boolean isPast() {
        return remainingNanos() == 0;
    }
}
