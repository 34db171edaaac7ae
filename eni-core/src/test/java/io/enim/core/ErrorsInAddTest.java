package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.Health.Status;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An {@code Error} in an ADD, as when memory is used up or a class of a vendor is missing. */
class ErrorsInAddTest {
    @RegisterExtension
    final TestNode node = new TestNode(1);

    private final AtomicReference<Step> failing = new AtomicReference<>();
    private final Error error = new OutOfMemoryError("scripted");

    private EniManager startWarm(Side where) {
        return node.failPoint((step, side) -> {
                    if (side == where && failing.compareAndSet(step, null)) {
                        throw error;
                    }
                })
                .startWarm(1);
    }

    @ParameterizedTest
    @CsvSource({
        "ADD_FIND_DEVICE, BEFORE", "ADD_FIND_DEVICE, AFTER",
        "ADD_RECORD_INTENT, BEFORE", "ADD_RECORD_INTENT, AFTER",
        "ADD_MOVE_IN, BEFORE", "ADD_MOVE_IN, AFTER",
        "ADD_CONFIGURE, BEFORE", "ADD_CONFIGURE, AFTER",
        "ADD_RECORD_DONE, BEFORE", "ADD_RECORD_DONE, AFTER"
    })
    void p16_anErrorInAnyStepIsUndoneAtOnceAndTold(Step step, Side side) {
        EniManager manager = startWarm(side);
        AddRequest request = node.request("web").build();
        failing.set(step);
        assertThatThrownBy(() -> manager.add(request)).isSameAs(error);
        assertThat(manager.assignments()).isEmpty();
        node.awaitFree(manager, 1);
        assertThat(manager.timeline(request.endpoint()))
                .filteredOn(entry -> entry.step().equals(step.name()))
                .extracting(entry -> entry.error().orElse(""))
                .containsExactly("OutOfMemoryError");
        assertThat(manager.add(request).phase()).isEqualTo(Assignment.Phase.ADDED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"ADD_FIND_DEVICE", "ADD_RECORD_INTENT", "ADD_MOVE_IN", "ADD_CONFIGURE", "ADD_RECORD_DONE"})
    void p16_anErrorInARepeatedAddLeavesWhatTheEarlierOneGot(Step step) {
        EniManager manager = startWarm(Side.AFTER);
        Assignment earlier = manager.add("default", "web");
        AddRequest request = AddRequest.forEndpoint(earlier.endpoint())
                .netns(node.sandbox("web"))
                .build();
        failing.set(step);
        assertThatThrownBy(() -> manager.add(request)).isSameAs(error);
        assertThat(manager.assignments()).containsExactly(earlier);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"DEL_RECORD_INTENT", "DEL_RETURN_TO_HOST", "DEL_FORGET", "DEL_RELEASE"})
    void p15_oneErrorThatIsThrownAgainWhileUndoingIsStillTheOneThatIsTold(Step undoing) {
        EniManager manager = node.failPoint((step, side) -> {
                    if (failing.get() == step || failing.get() != null && step == undoing) {
                        throw error;
                    }
                })
                .startWarm(1);
        failing.set(Step.ADD_CONFIGURE);
        assertThatThrownBy(() -> node.add("web")).isSameAs(error);
        failing.set(null);
        manager.gc();
        node.awaitFree(manager, 1);
        assertThat(manager.health().status()).isEqualTo(Status.HEALTHY);
    }
}
