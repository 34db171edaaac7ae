// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** The end of a time span of an {@link Execution}. Immutable. */
public final class Deadline {
    /** A longer time cannot be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Execution execution;
    private final Duration timeout;
    private final long beganNanos;
    private final long endNanos;

    Deadline(Duration timeout, Execution execution) {
        this.execution = execution;
        this.timeout = min(timeout, LONGEST);
        this.beganNanos = execution.nanoTime();
        this.endNanos = beganNanos + this.timeout.toNanos();
    }

    /** The end of another time span of the same execution, which begins now. */
    public Deadline startAgain(Duration other) {
        return execution.deadline(other);
    }

    public Duration timeout() {
        return timeout;
    }

    /** The time that is left; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - execution.nanoTime()));
    }

    /** The time since the time span began. */
    Duration elapsed() {
        return Duration.ofNanos(execution.nanoTime() - beganNanos);
    }

    public boolean isOver() {
        return remaining().isZero();
    }

    /** Waits for a future to complete, until the deadline; otherwise as {@link Execution#await}. */
    public <T> T await(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return execution.await(future, remaining());
    }

    public static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** A wait that leaves a tenth of the time, one second at most, to report that the wait was in vain. */
    public static Duration lessReportingTime(Duration left) {
        return left.minus(min(left.dividedBy(10), Duration.ofSeconds(1)));
    }
}
