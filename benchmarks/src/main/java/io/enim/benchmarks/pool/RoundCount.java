// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

/** How many rounds have ended. Safe for concurrent use. */
final class RoundCount {
    private long ended;

    synchronized void ended() {
        ended++;
        notifyAll();
    }

    synchronized long now() {
        return ended;
    }

    synchronized long awaitAfter(long before) throws InterruptedException {
        while (ended == before) {
            wait();
        }
        return ended;
    }
}
