// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.ClosedException;
import io.enim.core.internal.exec.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Wakes ADDs that wait for an ENI. A waiter reads the version, asks the provider, and waits for a later version: a
 * change between the two is not missed. Safe for concurrent use.
 */
public final class AvailabilitySignal {
    private long version;
    private boolean closed;

    /** Reports that an ENI may have become free. Does not block. */
    public synchronized void signal() {
        version++;
        notifyAll();
    }

    /** No wait goes on or begins. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized long version() {
        return version;
    }

    /**
     * Waits until the version differs from the known one, the time is used up, or the thread is interrupted.
     *
     * @throws ClosedException it is closed
     */
    synchronized boolean awaitChange(long known, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        try {
            while (version == known && !closed && !deadline.isOver()) {
                TimeUnit.NANOSECONDS.timedWait(this, deadline.remaining().toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closed) {
            throw new ClosedException("wait for an ENI: the manager is closing; call the next one");
        }
        return version != known;
    }
}
