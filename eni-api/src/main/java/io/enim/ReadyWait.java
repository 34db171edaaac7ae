// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A wait until a node is ready, which asks again and again. */
record ReadyWait(EniManager manager, Duration timeout) {
    private static final String OPERATION = "wait until the node is ready";
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A longer time cannot be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    ReadyWait {
        requireNonNull(timeout, "timeout");
    }

    void run() {
        long began = System.nanoTime();
        long limit = timeout.compareTo(LONGEST) < 0 ? Math.max(0, timeout.toNanos()) : LONGEST.toNanos();
        while (!manager.isReady()) {
            long left = limit - (System.nanoTime() - began);
            if (left <= 0) {
                Health health = manager.health();
                String found = "health is " + health.status() + ": " + String.join("; ", health.reasons());
                throw new DeadlineExceededException(OPERATION, timeout, found, null);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(PERIOD_NANOS, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeadlineExceededException(OPERATION, timeout, "the caller was interrupted", e);
            }
        }
    }
}
