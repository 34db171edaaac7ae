package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.Heartbeat;
import io.enim.NoEniAvailableException;
import io.enim.core.Overriding;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.Device;
import io.enim.testing.ManualClock;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool with real threads and the real time. */
@Tag("slow")
final class EniPoolThreadsTest {
    @TempDir
    Path state;

    private final InMemoryDevices devices = new InMemoryDevices();
    private final TestCloud model = new TestCloud(new ManualClock(), devices);
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
        executor.shutdownNow();
        // They write below the directory that is removed next.
        Awaitility.await().until(() -> scheduler.isTerminated() && executor.isTerminated());
    }

    private EniPool pool(EniCloud cloud, Map<EniSetting, String> more) {
        EniSettings.Builder settings = EniSettings.builder("n")
                .set(EniSetting.CLUSTER, "c")
                .set(EniSetting.POOL_WARM, 4)
                .set(EniSetting.POOL_RATE, 1000);
        more.forEach(settings::set);
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        return new EniPool(
                cloud,
                settings.build(),
                Map.of(),
                new PoolRuntime(
                        new MonotonicClock(Clock.systemUTC(), System::nanoTime),
                        Execution.JDK,
                        scheduler,
                        executor,
                        new Random(7),
                        PoolStateStore.open(Disk.OF_THE_MACHINE, state, Clock.systemUTC(), steps)),
                new DeviceReadiness(devices, Device::baseline, steps, Clock.systemUTC()),
                EniMetrics.NONE,
                steps,
                () -> {});
    }

    private static void awaitReady(EniPool pool, int count) {
        Awaitility.await().until(() -> pool.counts().getOrDefault(EniState.READY, 0) >= count);
    }

    /** Hangs in one create call until it is interrupted, or, if it ignores interrupts, until it is let go. */
    final class Hanging {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);
        private final AtomicBoolean armed = new AtomicBoolean(true);
        private final AtomicBoolean interrupted = new AtomicBoolean();
        private final boolean ignoresInterrupts;

        Hanging(boolean ignoresInterrupts) {
            this.ignoresInterrupts = ignoresInterrupts;
        }

        EniPool pool(Map<EniSetting, String> more) {
            return EniPoolThreadsTest.this.pool(Overriding.methods(EniCloud.class, model, this), more);
        }

        public CloudEni create(CreateRequest request) {
            CloudEni eni = model.create(request);
            if (armed.compareAndSet(true, false)) {
                entered.countDown();
                hang();
            }
            return eni;
        }

        private void hang() {
            try {
                letGo.await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                if (ignoresInterrupts) {
                    Uninterruptibles.awaitUninterruptibly(letGo);
                }
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void p6_oneStuckCloudCallDelaysNoOther() throws Exception {
        Hanging cloud = new Hanging(false);
        try (EniPool pool = cloud.pool(Map.of())) {
            cloud.entered.await();
            // While it hangs, other ENIs are created, handed out, taken back and listed.
            awaitReady(pool, 3);
            Eni eni = pool.allocateNextEni(endpoint(1));
            pool.deallocateEni(endpoint(1));
            assertThat(pool.list()).extracting(Eni::id).contains(eni.id());
            assertThat(cloud.interrupted).isFalse();
        }
        Awaitility.await().untilTrue(cloud.interrupted);
    }

    @Test
    void p8_aCallThatDoesNotEndIsInterruptedAndItsEniIsFoundAgain() {
        Hanging cloud = new Hanging(false);
        try (EniPool pool = cloud.pool(Map.of(EniSetting.CLOUD_TIMEOUT, "300ms"))) {
            awaitReady(pool, 4);
            assertThat(cloud.interrupted).isTrue();
            assertThat(model.enis).hasSize(4);
        }
    }

    @Test
    void p8_aCallThatIgnoresInterruptionIsReportedAndBypassed() {
        Hanging cloud = new Hanging(true);
        try (EniPool pool = cloud.pool(Map.of(EniSetting.CLOUD_TIMEOUT, "300ms"))) {
            awaitReady(pool, 4);
            assertThat(pool.heartbeats().filter(Heartbeat::standsStill))
                    .singleElement()
                    .asString()
                    .startsWith("create: 1 did not end");
            cloud.letGo.countDown();
            Awaitility.await().until(() -> pool.heartbeats().noneMatch(Heartbeat::standsStill));
            assertThat(model.enis).hasSize(4);
        }
    }

    @Test
    void p1_manyThreadsNeverShareAnEni() {
        Map<EniSetting, String> settings =
                Map.of(EniSetting.POOL_WARM, "8", EniSetting.POOL_MAX, "8", EniSetting.POOL_COOLDOWN, "1ms");
        int threads = 6;
        int rounds = 150;
        Map<String, Endpoint> owners = new ConcurrentHashMap<>();
        AtomicInteger served = new AtomicInteger();
        Queue<String> shared = new ConcurrentLinkedQueue<>();
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try (EniPool pool = pool(model, settings)) {
            awaitReady(pool, 8);
            IntConsumer useOne = n -> {
                Endpoint endpoint = endpoint(n);
                try {
                    String id = pool.allocateNextEni(endpoint).id();
                    Endpoint other = owners.putIfAbsent(id, endpoint);
                    if (other != null) {
                        shared.add(id + " of " + other + " and " + endpoint);
                    }
                    assertThat(pool.list())
                            .extracting(Eni::id)
                            .doesNotHaveDuplicates()
                            .hasSize(8);
                    owners.remove(id, endpoint);
                    pool.deallocateEni(endpoint);
                    served.incrementAndGet();
                } catch (NoEniAvailableException e) {
                    // Not of one moment: each is true when it is read.
                    assertThat(e.counts().values()).allMatch(count -> count > 0 && count <= 8);
                }
            };
            IntStream.range(0, threads * rounds)
                    .mapToObj(n -> CompletableFuture.runAsync(() -> useOne.accept(n), callers))
                    .toList()
                    .forEach(CompletableFuture::join);
            assertThat(shared).isEmpty();
            assertThat(served).hasPositiveValue();
            Awaitility.await().until(() -> pool.counts().equals(Map.of(EniState.READY, 8)));
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void afterCloseNoTaskIsLeftOnTheExecutors() throws InterruptedException {
        Hanging cloud = new Hanging(false);
        EniPool pool = cloud.pool(Map.of());
        cloud.entered.await();
        pool.close();
        scheduler.shutdown();
        executor.shutdown();
        Awaitility.await().until(() -> executor.isTerminated());
    }
}
