package io.enim.spi;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;

/**
 * Says whether an endpoint lives. ENIM's own looks at the identity of its namespace; an agent adds what the runtime
 * knows. Unknown is not dead: an implementation that cannot tell says {@link State#UNKNOWN} and does not throw.
 *
 * <p>Called from garbage collection, on its thread, once per assignment and round; safe for concurrent use.
 */
@FunctionalInterface
public interface Liveness {
    /** What is known of an endpoint. */
    enum State {
        /** It lives. */
        ALIVE,
        /** It is gone, and the evidence proves it. */
        GONE,
        /** It cannot be told. */
        UNKNOWN
    }

    /**
     * A judgement.
     *
     * @param state what is known
     * @param evidence how it is known, in a phrase
     */
    record Verdict(State state, String evidence) {
        public Verdict {
            requireNonNull(state, "state");
            requireNonNull(evidence, "evidence");
        }
    }

    /** Judges one assignment. */
    Verdict assess(Assignment assignment);
}
