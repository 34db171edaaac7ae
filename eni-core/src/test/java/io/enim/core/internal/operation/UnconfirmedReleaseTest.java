package io.enim.core.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.ProviderException.Refusal;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider is handed an ENI back, and what it answers is an error. */
class UnconfirmedReleaseTest {
    @RegisterExtension
    final TestNode node = new TestNode(1);

    private final AtomicBoolean armed = new AtomicBoolean();

    private EniManager startFailing(Side when) {
        node.failPoint((step, side) -> {
            if (step == Step.DEL_RELEASE && side == when && armed.compareAndSet(true, false)) {
                throw new AmbiguousProviderException(Refusal.UNAVAILABLE, "", "the answer was lost");
            }
        });
        return node.startWarm(1);
    }

    @Test
    void p4_whenOnlyTheAnswerWasLostTheNextOwnerKeepsItsDevice() {
        EniManager manager = startFailing(Side.AFTER);
        Assignment first = node.add("first");
        armed.set(true);
        manager.del(first.endpoint());
        node.awaitFree(manager, 1);
        Assignment second = node.add("second");
        assertThat(second.eni().id()).isEqualTo(first.eni().id());

        manager.gc();
        assertThat(manager.assignments()).containsExactly(second);
        assertThat(node.locate(second.eni()))
                .isEqualTo(second.sandbox().orElseThrow().path());
        assertThat(manager.check(second.endpoint()).differences()).isEmpty();
    }

    @Test
    void p5_whenTheProviderStillHoldsItGarbageCollectionHandsItBack() {
        EniManager manager = startFailing(Side.BEFORE);
        Assignment first = node.add("first");
        armed.set(true);
        manager.del(first.endpoint());
        assertThat(manager.assignments()).isEmpty();
        assertThat(TestNode.count(manager, EniState.READY)).isZero();

        TestNode.only(manager.gc(), Kind.UNOWNED_ENI, Outcome.DONE);
        node.awaitFree(manager, 1);
    }
}
