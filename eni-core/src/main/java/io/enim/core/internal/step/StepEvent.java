package io.enim.core.internal.step;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One step in a flight recording. */
@Name("io.enim.Step")
@Label("ENIM step")
@Category("ENIM")
@StackTrace(false)
final class StepEvent extends Event {
    @Label("Step")
    String step = "";

    @Label("Outcome")
    String outcome = "";

    void record(Step ended, String result) {
        if (shouldCommit()) {
            step = ended.name();
            outcome = result;
            commit();
        }
    }
}
