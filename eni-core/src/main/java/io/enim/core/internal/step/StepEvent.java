// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.step;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step as Java Flight Recorder shows it. */
@Name("io.enim.Step")
@Label("ENIM step")
@Category("ENIM")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // The JVM reads the fields.
final class StepEvent extends Event {
    @Label("Step")
    private final String step;

    @Label("Outcome")
    private String outcome = "";

    private StepEvent(String step) {
        this.step = step;
    }

    static StepEvent begun(Step step) {
        StepEvent event = new StepEvent(step.name());
        event.begin();
        return event;
    }

    void end(String how) {
        outcome = how;
        commit();
    }
}
