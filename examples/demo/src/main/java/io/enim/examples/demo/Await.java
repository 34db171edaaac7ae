package io.enim.examples.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what others do. */
public final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    /** Looks again and again until it is so. */
    public static void until(String what, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new DemoException(what + " did not come true within " + LONGEST.toSeconds() + " s");
            }
            LockSupport.parkNanos(PACE);
        }
    }
}
