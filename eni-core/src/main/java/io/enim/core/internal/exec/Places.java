// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.exec;

import io.enim.OverloadedException;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the tasks of an executor by what they hold, each kind with the same bound. A task that waits for an ENI, or whose
 * caller has left, takes no place from others. Safe for concurrent use.
 */
final class Places {
    /** What a task holds. */
    enum Place {
        NONE,
        /** Queued or running, for a caller that waits. */
        IN_FLIGHT,
        /** Suspended, without a thread. */
        WAITING,
        /** Not ended, though its caller has left: its thread undoes it, or hangs. */
        GIVEN_UP
    }

    private final int most;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(Place.values().length);

    Places(int most) {
        this.most = most;
    }

    int count(Place place) {
        return counts.get(place.ordinal());
    }

    /** Takes a place for a new task. */
    void admit(EndpointTask<?> task) {
        int hung = count(Place.GIVEN_UP);
        if (hung >= most) {
            throw new OverloadedException(task + ": " + hung
                    + " operations have not ended though their callers left; health names the oldest");
        }
        if (!tryMove(task, Place.IN_FLIGHT)) {
            throw new OverloadedException(task + ": " + most
                    + " operations are running or queued; try again later, or raise enim.max-operations");
        }
    }

    /** Whether there is room; otherwise nothing changes. */
    boolean tryMove(EndpointTask<?> task, Place to) {
        if (counts.incrementAndGet(to.ordinal()) > most) {
            counts.decrementAndGet(to.ordinal());
            return false;
        }
        counts.decrementAndGet(task.place.getAndSet(to).ordinal());
        return true;
    }

    void move(EndpointTask<?> task, Place to) {
        counts.incrementAndGet(to.ordinal());
        counts.decrementAndGet(task.place.getAndSet(to).ordinal());
    }

    /** Moves a task that is running for its caller; one that has ended or waits stays where it is. */
    void giveUp(EndpointTask<?> task) {
        if (task.place.compareAndSet(Place.IN_FLIGHT, Place.GIVEN_UP)) {
            counts.incrementAndGet(Place.GIVEN_UP.ordinal());
            counts.decrementAndGet(Place.IN_FLIGHT.ordinal());
        }
    }
}
