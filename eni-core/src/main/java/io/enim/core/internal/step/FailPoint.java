// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.step;

/**
 * Called before and after each step, on the step's thread; a no-op in production. Tests use it to kill the process, to
 * fail or to block at a step. What it throws is thrown by the step.
 */
@FunctionalInterface
public interface FailPoint {
    enum Side {
        /** Its effect has not begun. */
        BEFORE,
        /** Its effect is complete. */
        AFTER
    }

    FailPoint NONE = (step, side) -> {};

    /** Called on the thread that runs the step. */
    void at(Step step, Side side);
}
