package io.enim.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.systemtests.crash.FailPointTrap.Effect;
import io.enim.systemtests.crash.ScenarioRunner.ScenarioResult;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The process dies; and what finds that a promise was broken, finds it. */
class CrashMatrixIT extends CrashMatrix {
    CrashMatrixIT() {
        super(Effect.KILL, "killed");
    }

    @Test
    void p5_deathAtEveryPointLosesNothing() throws IOException {
        disturbEveryPoint();
    }

    @Override
    void goOn(Slice slice, List<ScenarioResult> killed) {
        Set<CrashPoint> usual = Slice.usual(killed);
        Slice.sample(killed)
                .forEach(once -> slice.choose(once.after(), usual)
                        .map(next -> once.scenario().thenInRecovery(new FailPointTrap(next, 1, Effect.KILL)))
                        .ifPresent(twice -> slice.run("killed, and again in recovery", twice)));
    }

    private void assertCaught(SeededBug bug, CrashScenario scenario) {
        try (ScenarioRunner runner = runner(bug.name(), 1, bug)) {
            assertThat(runner.run(scenario).broken())
                    .contains("P5: the device of", "belongs to host and is in [victim-1]");
        }
    }

    /** The check catches a node that hands an ENI back while its device is still with the tenant. */
    @Test
    void aDeviceThatIsNotReturnedIsCaught() {
        assertCaught(SeededBug.HANDED_BACK_AT_ONCE, new CrashScenario(NodeWorkload.DEL));
    }

    /** The check catches a node that records an assignment only after the device has moved. */
    @Test
    void aRecordThatComesAfterTheMoveIsCaught() {
        FailPointTrap afterTheMove = new FailPointTrap(CrashPoint.of(Step.ADD_MOVE_IN, Side.AFTER), 1, Effect.KILL);
        assertCaught(SeededBug.RECORDED_TOO_LATE, new CrashScenario(NodeWorkload.ADD, afterTheMove));
    }

    /** A point that is not where it is called fails the run, and is not taken for a success. */
    @Test
    void aPointThatIsNotPassedIsNotCounted() {
        FailPointTrap never =
                new FailPointTrap(CrashPoint.of(NetlinkOperation.BUILD, NetlinkFailPoint.Side.BEFORE), 1, Effect.KILL);
        try (ScenarioRunner runner = runner("never", 1, SeededBug.NONE)) {
            ScenarioResult result = runner.run(new CrashScenario(NodeWorkload.ADD, never));
            assertThat(result.reached()).isFalse();
            assertThat(result.broken()).isEmpty();
        }
    }
}
