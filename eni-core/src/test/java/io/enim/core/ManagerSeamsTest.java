package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.LedgerException;
import io.enim.core.HangTest.HangAtStep;
import io.enim.core.internal.step.Step;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ManagerSeamsTest {
    @RegisterExtension
    private final TestNode node = new TestNode(2);

    private void closeTwiceAtOnce() {
        Runnable close = node.current()::close;
        List.of(close, close).parallelStream().forEach(Runnable::run);
    }

    private void nextManagerStartsOnlyAfter(HangAtStep hang) {
        assertThatThrownBy(node::startNow).isInstanceOf(LedgerException.class).hasMessageContaining("(this one)");
        hang.letGo.countDown();
        assertThat(node.startWarm(2).assignments()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "^ADD_.*")
    void p1_p17_whileAnOperationHangsNoOtherManagerHasItsDirectories(Step step) {
        HangAtStep hang = new HangAtStep(step);
        node.set(EniSetting.CLOSE_TIMEOUT, "200ms").failPoint(hang).startWarm(2);
        CompletableFuture<Throwable> call = CompletableFuture.supplyAsync(() -> catchThrowable(() -> node.add("web")));
        await().until(hang::isEntered);
        closeTwiceAtOnce();
        assertThat(call.join()).isInstanceOf(ClosedException.class);
        nextManagerStartsOnlyAfter(hang);
    }

    @Test
    void p17_whileACheckOfADeviceHangsNoOtherManagerHasItsDirectories() {
        HangAtStep hang = new HangAtStep(Step.POOL_AWAIT_DEVICE);
        node.set(EniSetting.CLOSE_TIMEOUT, "200ms").failPoint(hang).start();
        await().until(hang::isEntered);
        closeTwiceAtOnce();
        nextManagerStartsOnlyAfter(hang);
    }

    @Test
    void p17_anInterruptedCallerStillLetsOperationsEnd() {
        HangAtStep hang = new HangAtStep(Step.ADD_MOVE_IN);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> call = CompletableFuture.supplyAsync(() -> node.add("web"));
        await().until(hang::isEntered);
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            manager.close();
            return Thread.interrupted();
        });
        await().until(() -> manager.health().reasons().contains("the manager is closing"));
        assertThat(closing).isNotDone();
        hang.letGo.countDown();
        assertThat(call.join().phase()).isEqualTo(Assignment.Phase.ADDED);
        assertThat(closing.join()).isTrue();
    }

    @Test
    void p8_closingEndsTheAddsThatWaitForAnEni() {
        AtomicInteger claims = new AtomicInteger();
        EniManager manager = node.set(EniSetting.CLOSE_TIMEOUT, "1h")
                .failPoint((step, side) -> claims.addAndGet(step == Step.ADD_CLAIM ? 1 : 0))
                .startWarm(2);
        node.add("a");
        node.add("b");
        CompletableFuture<Throwable> waiting =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> manager.add(node.request("c")
                        .whenEmpty(WhenEmpty.WAIT)
                        .timeout(Duration.ofHours(1))
                        .build())));
        await().until(() -> claims.get() == 5);
        manager.close();
        assertThat(waiting.join()).isInstanceOf(ClosedException.class);
    }

    @Test
    void p15_aListenerThatThrowsChangesNoOutcome() {
        EniManager manager = node.metrics((EniMetrics) Proxy.newProxyInstance(
                        EniMetrics.class.getClassLoader(),
                        new Class<?>[] {EniMetrics.class},
                        (proxy, method, values) -> {
                            throw new LinkageError("scripted");
                        }))
                .startWarm(2);
        manager.del(node.add("web").endpoint());
        node.awaitFree(manager, 2);
    }

    @Test
    void p15_anErrorWhileBuildingLeavesNoDirectoryLocked() {
        node.aroundProvider(pool -> {
            throw new LinkageError("scripted");
        });
        assertThatThrownBy(node::start).isInstanceOf(LinkageError.class);
        node.aroundProvider(UnaryOperator.identity()).startWarm(2);
    }
}
