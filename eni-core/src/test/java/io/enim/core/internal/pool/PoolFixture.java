package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.core.internal.pool.loop.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.testing.ManualClock;
import io.enim.testing.ManualScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;

/** A node with its cloud, on one thread and a clock that the test moves. */
final class PoolFixture {
    final ManualClock clock = new ManualClock();
    final TestDevices devices = new TestDevices();
    final TestCloud cloud = new TestCloud(clock, devices);
    final Map<Endpoint, String> held = new HashMap<>();
    final Path state;
    ManualScheduler scheduler = new ManualScheduler(clock);
    Executor executor = Runnable::run;
    FailPoint failPoint = FailPoint.NONE;
    int availabilityChanges;
    private final EniSettings.Builder settings = EniSettings.builder("n")
            .set(EniSetting.CLUSTER, "c")
            .set(EniSetting.POOL_MAX, 8)
            .set(EniSetting.POOL_WARM, 2);

    PoolFixture(Path state) {
        this.state = state;
    }

    PoolFixture with(EniSetting setting, int count) {
        settings.set(setting, count);
        return this;
    }

    PoolFixture with(EniSetting setting, Duration time) {
        settings.set(setting, time);
        return this;
    }

    EniPool start() {
        cloud.reopen();
        StepRunner steps = new StepRunner(failPoint, EniMetrics.NONE);
        EniPool pool = new EniPool(
                cloud,
                settings.set(EniSetting.STATE_DIR, state.toString()).build(),
                held,
                new PoolRuntime(clock, scheduler, executor, new Random(7)),
                new DeviceReadiness(devices, Device::baseline, steps),
                EniMetrics.NONE,
                steps,
                () -> availabilityChanges++);
        scheduler.runDue();
        return pool;
    }

    /** Ends the process: its tasks and memory go, the cloud, the devices and the disk stay. */
    EniPool restart(EniPool pool) {
        pool.close();
        scheduler = new ManualScheduler(clock);
        return start();
    }

    void pass(Duration time) {
        scheduler.advance(time);
    }

    void passSeconds(int seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    static Endpoint endpoint(int n) {
        return Endpoint.of("default", "pod-" + n, "c" + n);
    }

    static List<String> ids(EniPool pool, EniState state) {
        return pool.list().stream()
                .filter(eni -> eni.state() == state)
                .map(Eni::id)
                .sorted()
                .toList();
    }

    static int count(EniPool pool, EniState state) {
        return pool.counts().getOrDefault(state, 0);
    }
}
