package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CooldownCrashTest {
    @RegisterExtension
    final TestNode node = new TestNode(1).set(EniSetting.POOL_COOLDOWN, "1h");

    private final CrashFailPoint crash = new CrashFailPoint();

    /** Once its record is gone, nothing but the cooldown tells that a tenant had the ENI a moment ago. */
    @ParameterizedTest
    @CsvSource({"DEL_FORGET, AFTER", "DEL_RELEASE, BEFORE", "DEL_RELEASE, AFTER"})
    void f26_aCooldownOutlivesADeathOnceTheAssignmentIsForgotten(Step step, Side side) {
        EniManager manager = node.failPoint(crash).startWarm(1);
        node.add("web");
        crash.arm(step, side, 0);
        assertThatThrownBy(() -> manager.del(TestNode.endpoint("web"))).isNotNull();
        node.close();
        EniManager next = node.failPoint(FailPoint.NONE).start();
        Awaitility.await("the ENI is found")
                .ignoreExceptionsInstanceOf(EniException.class)
                .until(() -> TestNode.count(next, EniState.READY) + TestNode.count(next, EniState.RECYCLING) == 1);
        assertThat(next.assignments()).isEmpty();
        assertThat(TestNode.count(next, EniState.RECYCLING)).isEqualTo(1);
    }
}
