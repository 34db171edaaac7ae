// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The queue in front of the kernel's RTNL: first come, first served. The kernel serves waiters for RTNL in no fair
 * order, so with many moves at once some would wait several times as long as others; waiting here instead halves the
 * tail. It is the one place in ENIM where an operation waits for another endpoint's. Safe for concurrent use.
 */
public final class RtnlQueue {
    private final Semaphore permit = new Semaphore(1, true);

    /** Does the work when its turn comes; not at all when the deadline comes first. */
    public <T> T runInOrder(String operation, String device, Deadline deadline, Supplier<T> work) {
        try {
            if (!permit.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new NetlinkException(
                        operation,
                        device,
                        Errno.ETIMEDOUT,
                        permit.getQueueLength() + " other moves are still queued; nothing was begun. Retry later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetlinkException(
                    operation, device, Errno.EINTR.number(), "interrupted in the queue of moves; nothing was begun", e);
        }
        try {
            return work.get();
        } finally {
            permit.release();
        }
    }
}
