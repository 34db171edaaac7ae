package io.enim.core.simulation;

/** Ends a thread of a process that is dead, at the first thing it does. */
final class ProcessDeath extends Error {
    private static final long serialVersionUID = 1L;

    ProcessDeath() {
        super("dead", null, false, false);
    }
}
