package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest.WhenEmpty;
import io.enim.CloudCalls;
import io.enim.CloudCalls.Budget;
import io.enim.CloudCalls.Ended;
import io.enim.CloudCalls.UnderWay;
import io.enim.EniManager;
import io.enim.OperationStatus;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.step.Step;
import io.enim.provider.AttachRequest;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator sees of a manager: each operation, and the calls to the cloud. */
final class OperatorsViewTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final HangAtStep hang = new HangAtStep(Step.ADD_MOVE_IN);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        hang.letGo.countDown();
        letGo.countDown();
    }

    private void addPatiently(EniManager manager, String name) {
        manager.addAsync(node.request(name)
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofMinutes(1))
                .build());
    }

    private static String line(OperationStatus status) {
        return status.operation() + " " + status.endpoint().name() + " " + status.step()
                + (status.position().isPresent() ? " " + status.position().getAsInt() : "");
    }

    private static void awaitOperations(EniManager manager, String... lines) {
        await().untilAsserted(() -> assertThat(manager.operations())
                .extracting(OperatorsViewTest::line)
                .containsExactly(lines));
    }

    @Test
    void p15_eachOperationIsSeenWithItsStepAndItsPlace() {
        EniManager manager = node.failPoint(hang).startWarm(2);
        assertThat(manager.operations()).isEmpty();
        addPatiently(manager, "running");
        await().until(hang::isEntered);
        node.add("holder");
        addPatiently(manager, "first");
        awaitOperations(manager, "ADD running ADD_MOVE_IN", "ADD first ADD_WAIT 1");
        addPatiently(manager, "second");
        awaitOperations(manager, "ADD running ADD_MOVE_IN", "ADD first ADD_WAIT 1", "ADD second ADD_WAIT 2");
        manager.checkAsync(TestNode.endpoint("running"));
        awaitOperations(
                manager,
                "ADD running ADD_MOVE_IN",
                "ADD first ADD_WAIT 1",
                "ADD second ADD_WAIT 2",
                "CHECK running " + OperationStatus.QUEUED);
        assertThat(manager.operations())
                .allSatisfy(status -> assertThat(status.age()).isGreaterThanOrEqualTo(status.inStep()));

        manager.del(TestNode.endpoint("holder"));
        awaitOperations(
                manager, "ADD running ADD_MOVE_IN", "ADD second ADD_WAIT 1", "CHECK running " + OperationStatus.QUEUED);
        hang.letGo.countDown();
        awaitOperations(manager, "ADD second ADD_WAIT 1");
    }

    private static CloudCalls calls(EniManager manager) {
        List<CloudCalls> calls = manager.cloudCalls();
        assertThat(calls).hasSize(1);
        return calls.get(0);
    }

    /** The first attach is refused, and the third does not return. */
    @Test
    void p15_callsToTheCloudAreCountedAndThoseUnderWaySeen() {
        AtomicInteger attaches = new AtomicInteger();
        node.aroundCloud(cloud -> Overriding.methods(EniCloud.class, cloud, new Object() {
            @SuppressWarnings("unused") // in place of the cloud's
            public void attach(String eniId, AttachRequest request) throws InterruptedException {
                int call = attaches.incrementAndGet();
                if (call == 1) {
                    throw new RetryableProviderException(Refusal.THROTTLED, "", "attach: slower");
                }
                if (call == 3) {
                    letGo.await();
                }
                cloud.attach(eniId, request);
            }
        }));
        EniManager manager = node.start();
        await().untilAsserted(() -> {
            assertThat(calls(manager).underWay()).extracting(UnderWay::call).containsExactly("attach");
            assertThat(calls(manager).ended()).contains(new Ended("attach", 1, 1, "THROTTLED"));
        });
        assertThat(calls(manager).underWay())
                .allSatisfy(call -> assertThat(call.subject()).startsWith("eni-"));
        letGo.countDown();
        await().untilAsserted(() -> {
            assertThat(calls(manager).underWay()).isEmpty();
            assertThat(calls(manager).ended())
                    .contains(new Ended("create", 2, 0, ""), new Ended("attach", 2, 1, "THROTTLED"))
                    .anySatisfy(kind -> assertThat(kind.call()).isEqualTo("describe"));
        });
    }

    @Test
    void theBudgetIsKnownWithWhatIsLeft() {
        EniManager manager = node.startWarm(2);
        assertThat(calls(manager).budgets())
                .extracting(Budget::name)
                .containsExactly("mutations", "creates", "describes");
        assertThat(calls(manager).budgets().get(0)).satisfies(mutations -> {
            assertThat(mutations.most()).isEqualTo(10_000);
            assertThat(mutations.perSecond()).isEqualTo(1000);
            assertThat(mutations.left()).isBetween(9_900.0, 10_000.0);
        });
        assertThat(calls(manager).budgets().get(1).left())
                .as("two were created")
                .isBetween(126.0, 127.0);
    }
}
