// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import java.time.InstantSource;

/**
 * What a manager runs on. Only tests replace a part of it. Immutable.
 *
 * @param clock of records and ages
 * @param execution has the threads, waits, elapsed time and random numbers
 * @param disk where records are
 * @param failPoint of every step
 */
public record Platform(MonotonicClock clock, Execution execution, Disk disk, FailPoint failPoint) {
    public static final Platform MACHINE = new Platform(
            new MonotonicClock(InstantSource.system(), Execution.JDK::nanoTime),
            Execution.JDK,
            Disk.OF_THE_MACHINE,
            FailPoint.NONE);

    public Platform with(MonotonicClock other) {
        return new Platform(other, execution, disk, failPoint);
    }

    public Platform with(Execution other) {
        return new Platform(clock, other, disk, failPoint);
    }

    public Platform with(Disk other) {
        return new Platform(clock, execution, other, failPoint);
    }

    public Platform with(FailPoint other) {
        return new Platform(clock, execution, disk, other);
    }
}
