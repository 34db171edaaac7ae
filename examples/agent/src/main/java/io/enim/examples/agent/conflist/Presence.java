// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.conflist;

import java.time.Duration;

/**
 * Whether the network configuration is to be there: once the agent can serve, until it cannot for as long as its patience, and
 * then again once it can for as long. So it changes at most once in that time, however health changes. Not thread-safe.
 */
final class Presence {
    private final long patienceNanos;
    private boolean isWanted;
    /** Whether it was taken away: from then on it takes patience to come back. */
    private boolean wasTaken;
    /** When the agent was first found to be other than the file says; meaningless while it is not. */
    private long sinceNanos;

    private boolean differs;

    /** One that is wanted already, like that of an agent before, or not. */
    Presence(Duration patience, boolean isWanted) {
        this.patienceNanos = patience.toNanos();
        this.isWanted = isWanted;
    }

    /** What is to be from now on, when the agent is found able to serve or not. */
    boolean observe(boolean serves, long nanoTime) {
        if (serves == isWanted) {
            differs = false;
            return isWanted;
        }
        if (!differs) {
            differs = true;
            sinceNanos = nanoTime;
        }
        boolean isFirst = serves && !wasTaken;
        if (isFirst || nanoTime - sinceNanos >= patienceNanos) {
            isWanted = serves;
            wasTaken |= !serves;
            differs = false;
        }
        return isWanted;
    }
}
