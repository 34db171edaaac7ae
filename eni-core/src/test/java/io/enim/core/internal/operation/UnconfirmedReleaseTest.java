package io.enim.core.internal.operation;

import static io.enim.core.TestNode.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.ProviderException.Refusal;
import io.enim.core.TestNode;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider is handed an ENI back, and what it answers is an error. */
class UnconfirmedReleaseTest {
    @TempDir
    private Path directory;

    private final AtomicBoolean armed = new AtomicBoolean();
    private TestNode node;

    private EniManager startFailing(Side when) {
        FailPoint once = (step, side) -> {
            if (step == Step.DEL_RELEASE && side == when && armed.compareAndSet(true, false)) {
                throw new AmbiguousProviderException(Refusal.UNAVAILABLE, "", "the answer was lost");
            }
        };
        node = new TestNode(directory, 1).failPoint(once);
        return node.startWarm(1);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void p4_whenOnlyTheAnswerWasLostTheNextOwnerKeepsItsDevice() {
        EniManager manager = startFailing(Side.AFTER);
        Assignment first = node.add("first");
        armed.set(true);
        manager.del(first.endpoint());
        Assignment second = manager.add(request("second", node.sandbox("second")));
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

        assertThat(manager.gc().findings(Kind.UNOWNED_ENI))
                .singleElement()
                .extracting(Finding::outcome)
                .isEqualTo(Outcome.DONE);
        node.awaitFree(manager, 1);
    }
}
