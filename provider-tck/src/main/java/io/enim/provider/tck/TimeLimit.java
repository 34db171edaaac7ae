// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How long a test waits for a condition or a call. The kits' own tests measure it by a time that they move. */
class TimeLimit {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Duration duration;

    TimeLimit(Duration duration) {
        this.duration = duration;
    }

    long nanoTime() {
        return System.nanoTime();
    }

    void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    /** Begins a wait; whether it is over. */
    final BooleanSupplier start() {
        long begin = nanoTime();
        return () -> nanoTime() - begin > duration.toNanos();
    }

    /**
     * Observes until the observation is as it should be, and returns it.
     *
     * @param otherwise what to say about the last observation when the time is over
     */
    final <T> T until(
            Supplier<? extends T> observation, Predicate<? super T> isSettled, Function<? super T, String> otherwise) {
        BooleanSupplier isOver = start();
        // Pauses grow: a cloud in memory settles at once, and a real one must not be flooded with calls.
        for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            T seen = observation.get();
            if (isSettled.test(seen)) {
                return seen;
            }
            if (isOver.getAsBoolean()) {
                throw new AssertionError(otherwise.apply(seen) + " (after " + this + ")");
            }
            pause(pause);
        }
    }

    @Override
    public final String toString() {
        return duration.toString();
    }
}
