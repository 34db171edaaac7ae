package io.enim.core.internal.operation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes ADDs that wait for an ENI. A waiter reads the version, asks the provider, and waits for a later version: a
 * change between the two is not missed. Safe for concurrent use.
 */
public final class AvailabilitySignal {
    private final AtomicLong version = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Reports that an ENI may have become free. Does not block. */
    public void signal() {
        version.incrementAndGet();
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long version() {
        return version.get();
    }

    /** Waits until the version differs from the known one or the time is used up. */
    void awaitChange(long known, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (version.get() == known && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
