package io.enim.provider.tck;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again and again until what is seen is as it should be, or the time is up. */
final class Eventually {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private Eventually() {}

    /**
     * The first look that is settled.
     *
     * @param otherwise what to say about the last look when the time is up
     */
    static <T> T until(
            Duration patience,
            Supplier<? extends T> look,
            Predicate<? super T> isSettled,
            Function<? super T, String> otherwise) {
        long begin = System.nanoTime();
        // Pauses grow: a cloud in memory settles at once, and a real one is not to be stormed.
        for (long pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            T seen = look.get();
            if (isSettled.test(seen)) {
                return seen;
            }
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new AssertionError(otherwise.apply(seen) + " (after " + patience + ")");
            }
            LockSupport.parkNanos(pause);
        }
    }
}
