package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.Assignment;
import io.enim.DeadlineExceededException;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.Health.Status;
import io.enim.Heartbeat;
import io.enim.Heartbeat.Kind;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.Step;
import io.enim.provider.EniProvider;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What stands still is named by health, and what each part does by its heartbeat. */
class HeartbeatsTest {
    @RegisterExtension
    final TestNode node = new TestNode(2);

    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        letGo.countDown();
    }

    private static Stream<Heartbeat> beats(EniManager manager, Kind kind, String name) {
        return manager.heartbeats().stream()
                .filter(beat -> beat.kind() == kind && beat.name().equals(name));
    }

    private static void awaitDegraded(EniManager manager, String reason) {
        await("health says: " + reason)
                .until(() -> manager.health().status() == Status.DEGRADED
                        && manager.health().reasons().stream().anyMatch(text -> text.contains(reason)));
    }

    private static void awaitHealthy(EniManager manager) {
        await("healthy").until(() -> manager.health().reasons().isEmpty());
    }

    @Test
    void p15_eachLoopHasAHeartbeatAndAHealthyOneStandsStillNowhere() {
        EniManager manager = node.startWarm(2);
        assertThat(manager.heartbeats())
                .extracting(Heartbeat::name)
                .contains("the pool's rounds", "garbage collection");
        assertThat(manager.heartbeats()).noneMatch(Heartbeat::standsStill);
    }

    @Test
    void p15_theOldestOperationIsNamedWithItsStepWhileItsCallerWaits() {
        HangAtStep hang = new HangAtStep(Step.ADD_MOVE_IN);
        EniManager manager = node.failPoint(hang).startWarm(2);
        CompletableFuture<Assignment> add = manager.addAsync(node.request("web").build());
        await().until(hang::isEntered);
        node.add("younger");
        assertThat(beats(manager, Kind.OPERATIONS, "operations"))
                .singleElement()
                .satisfies(beat -> {
                    assertThat(beat.activity()).contains("1 under way", "ADD default/web/c-web/eth0", "ADD_MOVE_IN");
                    assertThat(beat.standsStill()).isFalse();
                });
        hang.letGo.countDown();
        add.join();
        await().until(() ->
                beats(manager, Kind.OPERATIONS, "operations").findAny().isEmpty());
    }

    @Test
    void p15_aSeamInWhichAnOperationHangsAfterItsCallerLeftIsNamedUntilItEnds() {
        HangAtStep hang = new HangAtStep(Step.DEL_RETURN_TO_HOST);
        node.set(EniSetting.UNDO_TIMEOUT, "100ms").set(EniSetting.DEL_TIMEOUT, "100ms");
        EniManager manager = node.failPoint(hang).startWarm(2);
        Assignment web = node.add("web");
        assertThatThrownBy(() -> manager.del(web.endpoint())).isInstanceOf(DeadlineExceededException.class);
        awaitDegraded(manager, "in step DEL_RETURN_TO_HOST: 1 operations have not ended though their callers left");
        hang.letGo.countDown();
        awaitHealthy(manager);
    }

    @Test
    void p15_aProviderThatIgnoresItsInterruptIsNamedUntilItAnswers() {
        node.set(EniSetting.CLOUD_TIMEOUT, "1s")
                .aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new HangingList(pool)));
        EniManager manager = node.start();
        assertThatThrownBy(manager::enis).isInstanceOf(DeadlineExceededException.class);
        awaitDegraded(manager, "list ENIs: hangs and ignores its interrupt");
        letGo.countDown();
        awaitHealthy(manager);
    }

    /** Replaces {@link EniProvider#list}. */
    final class HangingList {
        private final EniProvider pool;

        HangingList(EniProvider pool) {
            this.pool = pool;
        }

        public List<Eni> list() {
            Uninterruptibles.awaitUninterruptibly(letGo);
            return pool.list();
        }
    }

    @Test
    void p15_garbageCollectionThatHangsIsNamedUntilItGoesOn() {
        node.set(EniSetting.GC_TIMEOUT, "100ms").liveness(assignment -> {
            Uninterruptibles.awaitUninterruptibly(letGo);
            return new Verdict(State.ALIVE, "it lives");
        });
        EniManager manager = node.startWarm(2);
        node.add("web");
        assertThatThrownBy(manager::gc).isInstanceOf(DeadlineExceededException.class);
        awaitDegraded(manager, "garbage collection: runs a round");
        letGo.countDown();
        awaitHealthy(manager);
    }

    @Test
    void p15_aPoolWhoseRoundHangsIsNamedUntilItGoesOn() {
        AtomicBoolean hangs = new AtomicBoolean();
        node.set(EniSetting.CLOUD_TIMEOUT, "1s")
                .building(builder -> builder.clocks(Instant::now, () -> {
                    if (hangs.get() && Thread.currentThread().getName().startsWith("enim-timer")) {
                        Uninterruptibles.awaitUninterruptibly(letGo);
                    }
                    return System.nanoTime();
                }));
        EniManager manager = node.startWarm(2);
        hangs.set(true);
        node.add("web"); // Wakes the pool.
        awaitDegraded(manager, "the pool's rounds: runs a round");
        letGo.countDown();
        awaitHealthy(manager);
    }

    private EniManager startWithMetrics(Runnable call) {
        return node.metrics(Overriding.handling(EniMetrics.class, (self, method, arguments) -> {
                    call.run();
                    return null;
                }))
                .startWarm(2);
    }

    @Test
    void p8_p15_aMetricsListenerThatHangsHoldsUpNothingAndIsNamedUntilItReturns() {
        AtomicLong ahead = new AtomicLong();
        node.building(builder -> BuilderSeams.machine(
                builder,
                Overriding.methods(Execution.class, Execution.JDK, new Object() {
                    @SuppressWarnings("unused") // in place of the JDK's
                    public long nanoTime() {
                        return System.nanoTime() + ahead.get();
                    }
                }),
                Disk.OF_THE_MACHINE));
        EniManager manager = startWithMetrics(() -> Uninterruptibles.awaitUninterruptibly(letGo));
        manager.del(node.add("web").endpoint());
        manager.gc();
        node.awaitFree(manager, 2);
        ahead.set(Duration.ofSeconds(11).toNanos());
        awaitDegraded(manager, "the metrics listener: calls the application's listener, since");
        letGo.countDown();
        awaitHealthy(manager);
    }

    @Test
    void p8_p17_aMetricsListenerThatHangsIsNotWaitedForLongerThanTheRestAndKeepsNoDirectoryLocked() {
        node.set(EniSetting.CLOSE_TIMEOUT, "100ms");
        startWithMetrics(() -> Uninterruptibles.awaitUninterruptibly(letGo)).close();
        assertThat(node.startNow().assignments()).isEmpty();
    }

    @Test
    void p15_aMetricsListenerThatFailsIsNamedUntilItDoesNot() {
        AtomicBoolean fails = new AtomicBoolean(true);
        EniManager manager = startWithMetrics(() -> {
            if (fails.get()) {
                throw new NoClassDefFoundError("a class of the listener");
            }
        });
        awaitDegraded(manager, "the metrics listener: rests; failed with java.lang.NoClassDefFoundError: a class of");
        fails.set(false);
        node.add("web");
        awaitHealthy(manager);
    }

    /** Its public method replaces that of the device layer. */
    record Answering(Supplier<List<Heartbeat>> answer) {
        public List<Heartbeat> heartbeats() {
            return answer.get();
        }
    }

    private EniManager startWithLayer(Supplier<List<Heartbeat>> answer) {
        return node.aroundDevices(devices -> Overriding.methods(NetworkDevices.class, devices, new Answering(answer)))
                .startWarm(2);
    }

    @Test
    void p15_aDeviceLayerThatHangsWhenAskedForItsHeartbeatsHoldsUpNoHealthAndIsNamed() {
        EniManager manager = startWithLayer(() -> {
            Uninterruptibles.awaitUninterruptibly(letGo);
            return List.of();
        });
        awaitDegraded(manager, "the device layer's heartbeats: does not answer");
        letGo.countDown();
        awaitHealthy(manager);
    }

    @Test
    void p15_aDeviceLayerThatFailsWhenAskedForItsHeartbeatsIsNamed() {
        AtomicBoolean fails = new AtomicBoolean(true);
        EniManager manager = startWithLayer(() -> {
            if (fails.get()) {
                throw new NoClassDefFoundError("a class of the layer");
            }
            return List.of();
        });
        awaitDegraded(manager, "a class of the layer");
        fails.set(false);
        awaitHealthy(manager);
    }
}
