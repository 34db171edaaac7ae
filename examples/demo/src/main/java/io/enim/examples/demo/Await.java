// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

public final class Await {
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new DemoException(what + ": not reached within " + LONGEST.toSeconds() + " s");
            }
            LockSupport.parkNanos(PACE);
        }
    }
}
