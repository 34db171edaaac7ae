package io.enim.systemtests.crash;

import java.util.List;

/** A promise was broken, or the node did what it never should. */
final class PromiseViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PromiseViolation(String what) {
        super(what);
    }

    static void throwIfAny(String when, List<String> violations) {
        if (!violations.isEmpty()) {
            throw new PromiseViolation(when + ": " + String.join("; ", violations));
        }
    }
}
