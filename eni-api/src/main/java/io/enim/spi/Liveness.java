// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;

/**
 * Decides whether an endpoint is alive. ENIM itself compares the identity of its namespace; an agent adds what the runtime
 * knows. Unknown is not dead: an implementation that cannot tell answers {@link State#UNKNOWN} and does not throw. Sources
 * that contradict each other are an unknown, too.
 *
 * <p>Called from garbage collection, on its thread, once per assignment and round; safe for concurrent use.
 */
@FunctionalInterface
public interface Liveness {
    /** What is known of an endpoint. */
    enum State {
        /** It is alive. */
        ALIVE,
        /**
         * It is gone as far as the source sees, like an index that may be stale. That ends no endpoint whose namespace lives: one
         * that is mounted at its path, or that still holds the endpoint's device, wherever it is mounted. It is reported then.
         */
        GONE,
        /**
         * It is gone, and the source is the authority on that, like a runtime that answered and no longer lists it. The endpoint
         * is ended also when its namespace is still mounted and lives: its device is taken out of it.
         */
        CERTAINLY_GONE,
        /** Its state is unknown. */
        UNKNOWN
    }

    /**
     * A verdict.
     *
     * @param evidence how it is known, in a phrase
     */
    record Verdict(State state, String evidence) {
        public Verdict {
            requireNonNull(state, "state");
            requireNonNull(evidence, "evidence");
        }
    }

    /** Assesses the endpoint of one assignment. May block, but not for long: a round assesses all of them. */
    Verdict assess(Assignment assignment);
}
