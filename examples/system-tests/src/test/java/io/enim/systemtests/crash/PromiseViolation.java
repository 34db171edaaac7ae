package io.enim.examples.agent.crash;

import java.util.List;

/** A promise was broken, or the node did what it never should. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
        super(what);
    }

    static void throwIfAny(String when, List<String> violations) {
        if (!violations.isEmpty()) {
            throw new Violation(when + ": " + String.join("; ", violations));
        }
    }
}
