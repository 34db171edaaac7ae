package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.GcReport;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.OverloadedException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.step.Step;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevices.Subscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"provider", "cloud", "watch"})
    void p8_p17_aPartWhoseCloseHangsIsNotWaitedForAndKeepsTheDirectoriesLocked(String part) {
        CountDownLatch letGo = new CountDownLatch(1);
        Object hangs = new Object() {
            @SuppressWarnings("unused") // in place of the part's
            public void close() {
                Uninterruptibles.awaitUninterruptibly(letGo);
            }
        };
        switch (part) {
            case "provider" -> node.aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, hangs));
            case "cloud" -> node.aroundCloud(cloud -> Overriding.methods(EniCloud.class, cloud, hangs));
            default ->
                node.aroundDevices(devices -> Overriding.methods(NetworkDevices.class, devices, new Object() {
                    @SuppressWarnings("unused") // in place of the devices'
                    public Subscription watch(Consumer<DeviceEvent> listener) {
                        return Overriding.methods(Subscription.class, devices.watch(listener), hangs);
                    }
                }));
        }
        try {
            node.set(EniSetting.CLOSE_TIMEOUT, "200ms").startWarm(2).close();
            assertThatThrownBy(node::startNow)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("(this one)");
        } finally {
            letGo.countDown();
        }
        assertThat(node.startWarm(2).assignments()).isEmpty();
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

    /** The place of an operation before it is free only after its answer. */
    private CompletableFuture<Assignment> addPatiently(String name) {
        AddRequest request = node.request(name)
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofHours(1))
                .build();
        return CompletableFuture.supplyAsync(() -> await().ignoreExceptionsInstanceOf(OverloadedException.class)
                .until(() -> node.current().add(request), added -> true));
    }

    @Test
    void p8_addsThatWaitLeaveRoomForTheDelThatServesThemAndForGarbageCollection() {
        AtomicInteger claims = new AtomicInteger();
        EniManager manager = node.set(EniSetting.MAX_OPERATIONS, "2")
                .failPoint((step, side) -> claims.addAndGet(step == Step.ADD_CLAIM ? 1 : 0))
                .startWarm(2);
        Assignment a = node.add("a");
        Assignment b = node.add("b");
        List<CompletableFuture<Assignment>> waiting = List.of(addPatiently("c"), addPatiently("d"));
        await().until(() -> claims.get() >= 6);
        // At that moment the second may still be on its way from the refusal to its wait.
        await().ignoreExceptionsInstanceOf(OverloadedException.class)
                .until(() -> manager.check(a.endpoint()).isOk());
        node.devices().killSandbox(a.sandbox().orElseThrow().path());
        // Perhaps a round that the end of the sandbox began was faster.
        manager.gc();
        manager.del(b.endpoint());
        assertThat(waiting).extracting(CompletableFuture::join).hasSize(2);
    }

    /** Hangs in its first release until it is interrupted. */
    record HangingRelease(EniProvider pool, CountDownLatch entered) {
        public void deallocateEni(Endpoint endpoint) {
            if (entered.getCount() > 0) {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "interrupted", e);
                }
            }
            pool.deallocateEni(endpoint);
        }
    }

    @Test
    void p8_aReleaseThatHangsEndsInTimeAndGarbageCollectionSeesToIt() {
        CountDownLatch entered = new CountDownLatch(1);
        node.set(EniSetting.CLOUD_TIMEOUT, "1s")
                .aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new HangingRelease(pool, entered)));
        EniManager manager = node.startWarm(2);
        manager.del(node.add("web").endpoint());
        assertThat(entered.getCount()).isZero();
        assertThat(manager.gc().findings(Kind.UNOWNED_ENI))
                .extracting(GcReport.Finding::outcome)
                .containsExactly(Outcome.DONE);
        node.awaitFree(manager, 2);
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

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE})
    void p8_aProviderThatSaysToRetryAtOnceIsNotAskedInALoop(long seconds) {
        AtomicInteger asked = new AtomicInteger();
        node.aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new Object() {
            @SuppressWarnings("unused") // in place of the pool's
            public Eni allocateNextEni(Endpoint endpoint) {
                asked.incrementAndGet();
                throw new NoEniAvailableException(endpoint, Map.of(), Duration.ofSeconds(seconds));
            }
        }));
        EniManager manager = node.startWarm(2);
        AddRequest request = node.request("web")
                .whenEmpty(WhenEmpty.WAIT)
                .timeout(Duration.ofSeconds(2))
                .build();
        assertThatThrownBy(() -> manager.add(request)).isInstanceOf(NoEniAvailableException.class);
        assertThat(asked).hasValueLessThan(25);
    }

    @ParameterizedTest
    @EnumSource(
            value = ChronoUnit.class,
            names = {"CENTURIES", "FOREVER"})
    void p8_aTimeoutThatNoClockCountsIsALongOne(ChronoUnit unit) {
        EniManager manager = node.startWarm(2);
        Duration timeout = unit == ChronoUnit.FOREVER
                ? unit.getDuration()
                : unit.getDuration().multipliedBy(3);
        for (WhenEmpty whenEmpty : WhenEmpty.values()) {
            manager.add(node.request("at-once-" + whenEmpty)
                    .whenEmpty(whenEmpty)
                    .timeout(timeout)
                    .build());
        }
        AddRequest request =
                node.request("later").whenEmpty(WhenEmpty.WAIT).timeout(timeout).build();
        CompletableFuture<Assignment> waiting = CompletableFuture.supplyAsync(() -> manager.add(request));
        manager.del(TestNode.endpoint("at-once-" + WhenEmpty.WAIT));
        assertThat(waiting.join().phase()).isEqualTo(Assignment.Phase.ADDED);
    }

    @Test
    void p6_tasksOfTheProviderThatBlockStopNoTimeLimit() {
        CountDownLatch letGo = new CountDownLatch(1);
        node.set(EniSetting.CLOUD_TIMEOUT, "300ms").beforeProvider(context -> {
            for (int i = 0; i < 4; i++) {
                context.scheduler().execute(() -> Uninterruptibles.awaitUninterruptibly(letGo));
            }
        });
        node.model().faults().next(ApiCall.CREATE, Faults.Kind.HANG);
        try {
            node.startWarm(2);
        } finally {
            letGo.countDown();
        }
    }

    @Test
    void p15_aPoolWhoseFactoryThrowsIsClosed() {
        AtomicReference<EniProvider> made = new AtomicReference<>();
        node.aroundProvider(pool -> {
            made.set(pool);
            throw new IllegalStateException("scripted");
        });
        assertThatThrownBy(node::start).hasMessage("scripted");
        assertThatThrownBy(made.get()::list).isInstanceOf(ClosedException.class);
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
