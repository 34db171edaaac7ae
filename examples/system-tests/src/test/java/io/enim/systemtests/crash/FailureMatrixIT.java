package io.enim.systemtests.crash;

import io.enim.systemtests.crash.FailPointTrap.Effect;
import io.enim.systemtests.crash.ScenarioRunner.ScenarioResult;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The step fails, though it had its effect, and the process goes on. In a JVM of its own, beside {@link CrashMatrixIT}. */
class FailureMatrixIT extends CrashMatrix {
    FailureMatrixIT() {
        super(Effect.FAIL, "failed");
    }

    @Test
    void p5_failureAtEveryPointLosesNothing() throws IOException {
        disturbEveryPoint();
    }

    @Override
    void goOn(Slice slice, List<ScenarioResult> failed) {
        Slice.sample(failed)
                .forEach(once -> slice.choose(once.after(), Set.of()).ifPresent(next -> {
                    CrashScenario scenario = once.scenario();
                    slice.run("failed, then killed", scenario.then(new FailPointTrap(next, 1, Effect.KILL)));
                    slice.run("failed, then failed", scenario.then(new FailPointTrap(next, 1, Effect.FAIL)));
                }));
    }
}
