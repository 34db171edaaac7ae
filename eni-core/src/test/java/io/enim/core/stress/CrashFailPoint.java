package io.enim.core.stress;

import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;

/** Stands at every step of one process and, once the process is dead, lets none of its threads begin or end one. */
final class CrashFailPoint implements FailPoint {
    /** Nothing catches it, as nothing survives a SIGKILL. */
    static final class CrashError extends Error {
        private static final long serialVersionUID = 1L;

        CrashError(String where) {
            super("dead " + where, null, false, false);
        }
    }

    private volatile boolean dead;

    void kill() {
        dead = true;
    }

    @Override
    public void at(Step step, Side side) {
        if (dead) {
            throw new CrashError(side + " " + step);
        }
    }
}
