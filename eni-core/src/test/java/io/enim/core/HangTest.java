package io.enim.core;

import static io.enim.core.TestNode.count;
import static io.enim.core.TestNode.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.DeadlineExceededException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.core.internal.step.Step;
import io.enim.provider.EniProvider;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Something hangs under one endpoint: the provider, the cloud, a device or the disk. Its caller leaves at its deadline, many
 * other endpoints are served meanwhile, and when it goes on nothing is left behind. The second half is the proof that
 * nothing was held across the call: the many could not end while it hangs.
 */
@Tag("slow")
class HangTest {
    private static final int OTHERS = Boolean.getBoolean("enim.long") ? 100 : 30;
    private static final Duration SOON = Duration.ofMillis(300);

    @RegisterExtension
    final TestNode node = new TestNode(OTHERS + 1).set(EniSetting.POOL_MAX, "128");

    private final ExecutorService callers = Executors.newFixedThreadPool(16);

    @AfterEach
    void close() {
        callers.shutdownNow();
    }

    private void manyOthersComeAndGo(EniManager manager) {
        List<Assignment> added = all(i -> node.add("other-" + i));
        assertThat(added).extracting(one -> one.eni().id()).doesNotHaveDuplicates();
        assertThat(added).allMatch(one -> one.phase() == Phase.ADDED);
        all(i -> {
            manager.del(endpoint("other-" + i));
            return true;
        });
        assertThat(manager.assignments())
                .extracting(Assignment::endpoint)
                .allMatch(endpoint -> endpoint.name().equals("stuck"));
    }

    private <T> List<T> all(IntFunction<T> operation) {
        List<CompletableFuture<T>> running = IntStream.range(0, OTHERS)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> operation.apply(i), callers))
                .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }

    private AddRequest stuck() {
        return node.request("stuck").timeout(SOON).build();
    }

    /** On a busy machine the short deadline may end before the call is where it hangs; then its runtime calls again. */
    private static void callUntilItHangs(ThrowingCallable call, BooleanSupplier hangs) {
        do {
            assertThatThrownBy(call).isInstanceOf(DeadlineExceededException.class);
        } while (!hangs.getAsBoolean());
    }

    private void requireThatNothingIsLeft(EniManager manager) {
        Awaitility.await("the operation whose caller left is undone")
                .ignoreExceptionsInstanceOf(EniException.class)
                .until(() -> manager.assignments().isEmpty() && count(manager, EniState.READY) == OTHERS + 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "^ADD_.*")
    void p6_p8_anAddThatHangsInAnyStepDelaysNoOther(Step step) throws InterruptedException {
        HangAtStep hangAtStep = new HangAtStep(step);
        EniManager manager = node.failPoint(hangAtStep).startWarm(OTHERS + 1);
        AddRequest request = stuck();
        callUntilItHangs(() -> manager.add(request), hangAtStep::isEntered);
        manyOthersComeAndGo(manager);
        hangAtStep.letGo.countDown();
        requireThatNothingIsLeft(manager);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "^DEL_.*")
    void p6_p8_aDelThatHangsInAnyStepDelaysNoOther(Step step) throws InterruptedException {
        HangAtStep hangAtStep = new HangAtStep(step);
        node.set(EniSetting.DEL_TIMEOUT, "300ms").failPoint(hangAtStep).startWarm(OTHERS + 1);
        Endpoint endpoint = node.add("stuck").endpoint();
        EniManager manager = node.current();
        callUntilItHangs(() -> manager.del(endpoint), hangAtStep::isEntered);
        all(i -> node.add("other-" + i));
        hangAtStep.letGo.countDown();
        Awaitility.await("calling again continues").until(() -> {
            boolean othersEnded =
                    !all(i -> delAgain(manager, endpoint("other-" + i))).contains(false);
            return delAgain(manager, endpoint) && othersEnded;
        });
        requireThatNothingIsLeft(manager);
    }

    /** A busy machine may need longer than the short deadline of this test. */
    private static boolean delAgain(EniManager manager, Endpoint endpoint) {
        try {
            manager.del(endpoint);
            return true;
        } catch (DeadlineExceededException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"find", "moveIn", "configure"})
    void p6_p8_aDeviceThatHangsDelaysNoOther(String method) {
        EniManager manager = node.startWarm(OTHERS + 1);
        node.devices().faults().next(method, Fault.HANG);
        AddRequest request = stuck();
        callUntilItHangs(
                () -> manager.add(request), () -> !node.devices().faults().isScripted(method));
        manyOthersComeAndGo(manager);
        node.devices().faults().none();
        requireThatNothingIsLeft(manager);
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiCall.class,
            names = {"DESCRIBE", "DESCRIBE_INSTANCE"})
    void p6_p8_aCloudThatHangsDelaysNoEndpoint(ApiCall apiCall) {
        node.set(EniSetting.POOL_RECONCILE, "50ms").set(EniSetting.CLOUD_TIMEOUT, "60s");
        EniManager manager = node.startWarm(OTHERS + 1);
        node.model().faults().next(apiCall, Faults.Kind.HANG);
        Awaitility.await("the pool asks the cloud")
                .until(() -> node.model().faults().hanging() == 1);
        manyOthersComeAndGo(manager);
        assertThat(node.model().faults().hanging()).isEqualTo(1);
        assertThat(manager.enis()).hasSize(OTHERS + 1);
    }

    @Test
    void p6_p8_aCreationThatHangsDelaysNoEndpoint() {
        node.set(EniSetting.CLOUD_TIMEOUT, "60s").model().faults().next(ApiCall.CREATE, Faults.Kind.HANG);
        EniManager manager = node.startWarm(OTHERS);
        manyOthersComeAndGo(manager);
        assertThat(node.model().faults().hanging()).isEqualTo(1);
        node.model().faults().release();
        requireThatNothingIsLeft(manager);
        assertThat(node.model().enis()).hasSize(OTHERS + 1);
    }

    /** A provider that does its own pooling, and hangs in the call for one endpoint. */
    record HangingProvider(EniProvider pool, HangAtStep hangAtStep) {
        public Eni allocateNextEni(Endpoint endpoint) {
            if (endpoint.name().equals("stuck")) {
                hangAtStep.here();
            }
            return pool.allocateNextEni(endpoint);
        }
    }

    @Test
    void p6_p8_aProviderThatHangsForOneEndpointDelaysNoOther() throws InterruptedException {
        HangAtStep hangAtStep = new HangAtStep(Step.ADD_CLAIM);
        node.aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new HangingProvider(pool, hangAtStep)));
        EniManager manager = node.startWarm(OTHERS + 1);
        AddRequest request = stuck();
        callUntilItHangs(() -> manager.add(request), hangAtStep::isEntered);
        manyOthersComeAndGo(manager);
        GcReport report = manager.gc();
        assertThat(report.findings()).isEmpty();
        hangAtStep.letGo.countDown();
        requireThatNothingIsLeft(manager);
    }
}
