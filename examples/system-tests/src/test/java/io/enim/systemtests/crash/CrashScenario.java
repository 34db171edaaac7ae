package io.enim.systemtests.crash;

import io.enim.systemtests.crash.FailPointTrap.Effect;
import java.util.List;
import java.util.stream.Stream;

/**
 * What goes wrong in one run.
 *
 * @param during what happens while the program acts, one after another
 * @param recovering what happens to the process that is started next
 * @param allFreeTaken whether others take every free ENI before anything is collected
 */
record CrashScenario(
        NodeWorkload workload, List<FailPointTrap> during, List<FailPointTrap> recovering, boolean allFreeTaken) {
    /** One without a crowd. */
    CrashScenario(NodeWorkload workload, FailPointTrap... during) {
        this(workload, List.of(during), List.of(), false);
    }

    CrashPoint point() {
        return during.get(0).point();
    }

    /** The same, and then this. */
    CrashScenario then(FailPointTrap next) {
        List<FailPointTrap> more =
                Stream.concat(during.stream(), Stream.of(next)).toList();
        return new CrashScenario(workload, more, recovering, allFreeTaken);
    }

    /** The same, and this to the process that is started next. */
    CrashScenario thenInRecovery(FailPointTrap next) {
        return new CrashScenario(workload, during, List.of(next), allFreeTaken);
    }

    boolean kills() {
        return during.stream().anyMatch(trap -> trap.effect() == Effect.KILL);
    }

    @Override
    public String toString() {
        return workload + ": " + during + (recovering.isEmpty() ? "" : ", then while it recovers " + recovering)
                + (allFreeTaken ? ", in a crowd" : "");
    }
}
