package io.enim.systemtests.crash;

import io.enim.systemtests.crash.FailPointTrap.Effect;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong in one run.
 *
 * @param during what happens while the program acts, one after another
 * @param recovering what happens to the process that is started next
 * @param crowd whether others take every free ENI before anything is collected
 */
record CrashScenario(
        NodeWorkload workload, List<FailPointTrap> during, List<FailPointTrap> recovering, boolean allFreeTaken) {
    CrashPoint point() {
        return during.get(0).point();
    }

    /** The same, and then this. */
    CrashScenario then(FailPointTrap failPointTrap) {
        List<FailPointTrap> more = new ArrayList<>(during);
        more.add(failPointTrap);
        return new CrashScenario(workload, more, recovering, allFreeTaken);
    }

    /** The same, and this to the process that is started next. */
    CrashScenario thenInRecovery(FailPointTrap failPointTrap) {
        return new CrashScenario(workload, during, List.of(failPointTrap), allFreeTaken);
    }

    boolean kills() {
        return during.stream().anyMatch(failPointTrap -> failPointTrap.effect() == Effect.KILL);
    }

    @Override
    public String toString() {
        return workload + ": " + during + (recovering.isEmpty() ? "" : ", then while it recovers " + recovering)
                + (allFreeTaken ? ", in a crowd" : "");
    }
}
