package io.enim.core.internal.step;

/**
 * Stands at every step, before and after. Tests put one there that kills, fails or halts; in production nobody stands
 * there. What a probe throws is thrown by the step.
 */
@FunctionalInterface
public interface FailPoint {
    /** Which side of the step. */
    enum Side {
        /** Its effect has not begun. */
        BEFORE,
        /** Its effect is complete. */
        AFTER
    }

    /** Lets every step pass. */
    FailPoint NONE = (step, side) -> {};

    /** Called on the thread that runs the step. */
    void at(Step step, Side side);
}
