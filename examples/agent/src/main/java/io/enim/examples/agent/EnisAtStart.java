// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a manager that was just built knows which ENIs its node has. Until then an ADD finds none free and fails,
 * although the agent before had some; callers that repeat a call while there is no socket would meet just that moment.
 */
final class EnisAtStart {
    /** Then the agent serves whatever is known: a DEL needs no cloud. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private EnisAtStart() {}

    static void await(EniManager manager, Duration limit) {
        long began = System.nanoTime();
        while (!areKnown(manager) && System.nanoTime() - began < limit.toNanos()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Listed, and one of them ready, unless none is still on its way. */
    private static boolean areKnown(EniManager manager) {
        try {
            List<EniState> states = manager.enis().stream().map(Eni::state).toList();
            return states.contains(EniState.READY) || !states.contains(EniState.ATTACHING);
        } catch (EniException e) {
            return false; // The agent logs why when it serves; health has it too.
        }
    }
}
