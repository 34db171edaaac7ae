// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.core.internal.exec.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Wakes ADDs that wait for an ENI. A waiter reads the version, asks the provider, and waits for a later version: a
 * change between the two is not missed. Safe for concurrent use.
 */
public final class AvailabilitySignal {
    private long version;

    /** Reports that an ENI may have become free. Does not block. */
    public synchronized void signal() {
        version++;
        notifyAll();
    }

    synchronized long version() {
        return version;
    }

    /** Waits until the version differs from the known one, the time is used up, or the thread is interrupted. */
    synchronized boolean awaitChange(long known, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        try {
            while (version == known && !deadline.isOver()) {
                TimeUnit.NANOSECONDS.timedWait(this, deadline.remaining().toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return version != known;
    }
}
