package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.pool.loop.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.spi.Device;
import io.enim.testing.ManualClock;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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

    private final TestDevices devices = new TestDevices();
    private final TestCloud model = new TestCloud(new ManualClock(), devices);
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
        executor.shutdownNow();
    }

    private EniPool pool(EniCloud cloud, Map<EniSetting, String> more) {
        EniSettings.Builder settings = EniSettings.builder("n")
                .set(EniSetting.CLUSTER, "c")
                .set(EniSetting.STATE_DIR, state.toString())
                .set(EniSetting.POOL_WARM, 4)
                .set(EniSetting.POOL_RATE, 1000);
        more.forEach(settings::set);
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        return new EniPool(
                cloud,
                settings.build(),
                Map.of(),
                new PoolRuntime(Clock.systemUTC(), scheduler, executor, new Random(7)),
                new DeviceReadiness(devices, Device::baseline, steps),
                EniMetrics.NONE,
                steps,
                () -> {});
    }

    private static void awaitReady(EniPool pool, int count) {
        Awaitility.await().until(() -> pool.counts().getOrDefault(EniState.READY, 0) >= count);
    }

    /** One adapter on the cloud: calls after its close have no effect, as with a real one. */
    private final class Session implements EniCloud {
        private boolean over;

        private synchronized <T> T call(Supplier<T> call) {
            if (over) {
                throw new ClosedException("this session of the cloud is closed");
            }
            return call.get();
        }

        private void run(Runnable call) {
            call(() -> {
                call.run();
                return true;
            });
        }

        @Override
        public NodeIdentity node() {
            return call(model::node);
        }

        @Override
        public NodeLimits limits() {
            return call(model::limits);
        }

        @Override
        public List<CloudEni> describe() {
            return call(model::describe);
        }

        @Override
        public CloudEni create(CreateRequest request) {
            return call(() -> model.create(request));
        }

        @Override
        public void attach(String eniId, AttachRequest request) {
            run(() -> model.attach(eniId, request));
        }

        @Override
        public void detach(String eniId) {
            run(() -> model.detach(eniId));
        }

        @Override
        public void delete(String eniId) {
            run(() -> model.delete(eniId));
        }

        @Override
        public synchronized void close() {
            over = true;
        }
    }

    /** Hangs in one create call until it is interrupted, or, if it ignores interrupts, until it is let go. */
    private final class Hanging implements EniCloud {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);
        private final AtomicBoolean armed = new AtomicBoolean(true);
        private final AtomicBoolean interrupted = new AtomicBoolean();
        private final boolean ignoresInterrupts;

        Hanging(boolean ignoresInterrupts) {
            this.ignoresInterrupts = ignoresInterrupts;
        }

        @Override
        public NodeIdentity node() {
            return model.node();
        }

        @Override
        public NodeLimits limits() {
            return model.limits();
        }

        @Override
        public List<CloudEni> describe() {
            return model.describe();
        }

        @Override
        public CloudEni create(CreateRequest request) {
            CloudEni eni = model.create(request);
            if (armed.compareAndSet(true, false)) {
                entered.countDown();
                hang();
            }
            return eni;
        }

        private void hang() {
            boolean waiting = true;
            while (waiting) {
                try {
                    letGo.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    interrupted.set(true);
                    waiting = ignoresInterrupts;
                }
            }
            if (interrupted.get()) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void attach(String eniId, AttachRequest request) {
            model.attach(eniId, request);
        }

        @Override
        public void detach(String eniId) {
            model.detach(eniId);
        }

        @Override
        public void delete(String eniId) {
            model.delete(eniId);
        }

        @Override
        public void close() {
            model.close();
        }
    }

    @Test
    void p6_oneStuckCloudCallDelaysNoOther() throws Exception {
        Hanging cloud = new Hanging(false);
        try (EniPool pool = pool(cloud, Map.of())) {
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
        try (EniPool pool = pool(cloud, Map.of(EniSetting.CLOUD_TIMEOUT, "300ms"))) {
            awaitReady(pool, 4);
            assertThat(cloud.interrupted).isTrue();
            assertThat(model.enis).hasSize(4);
        }
    }

    @Test
    void p8_aCallThatIgnoresInterruptionIsReportedAndBypassed() {
        Hanging cloud = new Hanging(true);
        try (EniPool pool = pool(cloud, Map.of(EniSetting.CLOUD_TIMEOUT, "300ms"))) {
            awaitReady(pool, 4);
            assertThat(pool.problems()).anyMatch(text -> text.contains("1 cloud calls did not end"));
            cloud.letGo.countDown();
            Awaitility.await().until(() -> pool.problems().stream().noneMatch(text -> text.contains("did not end")));
            assertThat(model.enis).hasSize(4);
        }
    }

    @Test
    void p1_manyThreadsNeverShareAnEni() throws Exception {
        Map<EniSetting, String> settings =
                Map.of(EniSetting.POOL_WARM, "8", EniSetting.POOL_MAX, "8", EniSetting.POOL_COOLDOWN, "1ms");
        int threads = 6;
        int rounds = 150;
        Map<String, Endpoint> owners = new ConcurrentHashMap<>();
        AtomicInteger served = new AtomicInteger();
        List<String> shared = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try (EniPool pool = pool(model, settings)) {
            awaitReady(pool, 8);
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t * rounds;
                work.add(callers.submit(() -> {
                    for (int i = 0; i < rounds; i++) {
                        Endpoint endpoint = endpoint(first + i);
                        try {
                            String id = pool.allocateNextEni(endpoint).id();
                            Endpoint other = owners.putIfAbsent(id, endpoint);
                            if (other != null) {
                                synchronized (shared) {
                                    shared.add(id + " of " + other + " and " + endpoint);
                                }
                            }
                            assertThat(pool.list())
                                    .extracting(Eni::id)
                                    .doesNotHaveDuplicates()
                                    .hasSize(8);
                            owners.remove(id, endpoint);
                            pool.deallocateEni(endpoint);
                            served.incrementAndGet();
                        } catch (NoEniAvailableException e) {
                            assertThat(e.counts().values().stream()
                                            .mapToInt(n -> n)
                                            .sum())
                                    .isEqualTo(8);
                        }
                    }
                }));
            }
            for (Future<?> future : work) {
                future.get();
            }
            assertThat(shared).isEmpty();
            assertThat(served).hasPositiveValue();
            awaitReady(pool, 8);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void afterCloseNoTaskIsLeftOnTheExecutors() throws InterruptedException {
        Hanging cloud = new Hanging(false);
        EniPool pool = pool(cloud, Map.of());
        cloud.entered.await();
        pool.close();
        scheduler.shutdown();
        executor.shutdown();
        Awaitility.await().until(() -> executor.isTerminated());
    }
}
