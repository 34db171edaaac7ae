// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.OverloadedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rounds that callers asked for: the one that runs, and those that have not begun, first in, first out. Safe for
 * concurrent use.
 */
final class RequestedRounds {
    private static final int MOST = 16;

    private final Deque<RequestedRound> waiting = new ArrayDeque<>();
    private @Nullable RequestedRound current;
    private boolean served;

    /**
     * Takes a round.
     *
     * @return whether the caller must see to it that {@link #next} is called
     */
    synchronized boolean add(RequestedRound round) {
        if (waiting.size() >= MOST) {
            throw new OverloadedException(round + ": " + MOST
                    + " rounds were asked for and have not begun; wait for one of them, or see in health why it hangs");
        }
        waiting.add(round);
        boolean wasServed = served;
        served = true;
        return !wasServed;
    }

    /** The next one, after which this must be called again; null when there is none. */
    synchronized @Nullable RequestedRound next() {
        current = waiting.poll();
        served = current != null;
        return current;
    }

    synchronized void remove(RequestedRound round) {
        waiting.remove(round);
    }

    /** Those that wait, which are not run any more, and the one that runs, whose call may hang. */
    synchronized List<RequestedRound> removeAll() {
        List<RequestedRound> all = new ArrayList<>(waiting);
        waiting.clear();
        if (current != null) {
            all.add(current);
        }
        return all;
    }
}
