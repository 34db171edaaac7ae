package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.core.Overriding;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.UpperDevices;
import io.enim.testing.ManualClock;
import io.enim.testing.ManualScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A node with its cloud, on one thread and a clock that the test moves. */
abstract class PoolFixture {
    final ManualClock clock = new ManualClock();
    final InMemoryDevices devices = new InMemoryDevices();
    final TestCloud cloud = new TestCloud(clock, devices);
    final Map<Endpoint, String> held = new HashMap<>();
    final Set<MacAddress> cannotBeCleaned = new HashSet<>();
    UpperDevices uppers = UpperDevices.NONE;

    @TempDir
    Path state;

    ManualScheduler scheduler = new ManualScheduler(clock);
    Executor executor = Runnable::run;
    FailPoint failPoint = FailPoint.NONE;
    int availabilityChanges;
    long seed = 7;
    PoolStateStore store;
    private final EniSettings.Builder settings = EniSettings.builder("n")
            .set(EniSetting.CLUSTER, "c")
            .set(EniSetting.POOL_MAX, 8)
            .set(EniSetting.POOL_WARM, 2);

    @AfterEach
    void noCallWasForbidden() {
        assertThat(cloud.violations).isEmpty();
    }

    PoolFixture named(String node) {
        settings.set(EniSetting.NODE, node);
        return this;
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
        store = PoolStateStore.open(Disk.OF_THE_MACHINE, state, clock, steps);
        MonotonicClock monotonic = new MonotonicClock(clock, clock::elapsedNanos);
        NetworkDevices seen = Overriding.methods(NetworkDevices.class, devices, this);
        EniPool pool = new EniPool(
                cloud,
                settings.build(),
                held,
                new PoolRuntime(monotonic, Execution.JDK, scheduler, executor, new Random(seed), store),
                new DeviceReadiness(seen, Device::baseline, steps, monotonic),
                EniMetrics.NONE,
                steps,
                () -> availabilityChanges++);
        scheduler.runDue();
        return pool;
    }

    /** In place of that of the devices. */
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return cannotBeCleaned.contains(baseline.mac())
                ? new ReturnReport(ReturnReport.Location.HOST, List.of(), List.of("qdisc htb"))
                : devices.restoreOnHost(baseline, timeout);
    }

    /** In place of that of the devices. */
    public UpperDevices upperDevices(MacAddress mac, Duration timeout) {
        return uppers;
    }

    /** Long enough for the warm ENIs to be there. */
    EniPool startWarm() {
        EniPool pool = start();
        passSeconds(10);
        return pool;
    }

    /** Ends the process: its tasks and memory go, the cloud, the devices and the disk stay. */
    EniPool restart(EniPool pool) {
        close(pool);
        scheduler = new ManualScheduler(clock);
        return start();
    }

    void close(EniPool pool) {
        pool.close();
        store.close();
    }

    void pass(Duration time) {
        scheduler.advance(time);
    }

    void passSeconds(int seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** Endpoint 1 gets an ENI, and is in the manager's ledger. */
    Eni hold(EniPool pool) {
        Eni eni = pool.allocateNextEni(endpoint(1));
        held.put(endpoint(1), eni.id());
        return eni;
    }

    /** As the manager does it: what was handed out is in its ledger. */
    void serve(EniPool pool, Endpoint endpoint) {
        try {
            held.put(endpoint, pool.allocateNextEni(endpoint).id());
        } catch (NoEniAvailableException e) {
            assertThat(e.counts()).doesNotContainKey(EniState.READY);
        }
    }

    void assertThatTheCloudHasNoOther(EniPool pool) {
        List<String> listed = pool.list().stream().map(Eni::id).toList();
        assertThat(cloud.enis.keySet()).containsExactlyInAnyOrderElementsOf(listed);
    }

    static Endpoint endpoint(int n) {
        return Endpoint.of("default", "pod-" + n, "c" + n);
    }

    static void assertNoneIsFree(EniPool pool, Endpoint endpoint) {
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint)).isInstanceOf(NoEniAvailableException.class);
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
