package io.enim.systemtests.clouds;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.EniProviderKit;
import io.enim.spi.Device;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Core's own pool keeps the rules of every provider, with real threads and real time. */
@Tag("slow")
class PoolKitTest extends EniProviderKit {
    private static final int ENIS = 8;
    private static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");
    private static final Instance HERE = new Instance("i-1", "a", ENIS);

    @TempDir
    Path state;

    private final SimulatedRegion model = new SimulatedRegion(Clock.systemUTC())
            .addSubnet(new Subnet("s", "a", Optional.of(Cidr.parse("10.0.0.0/24")), Optional.empty()))
            .addInstance(HERE);
    private final InMemoryDevices devices = new InMemoryDevices();
    private final List<PoolStateStore> stores = new ArrayList<>();
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, surroundings());
    private final ExecutorService executor = Executors.newCachedThreadPool(surroundings());

    /** After the kit has closed what it opened. */
    @RegisterExtension
    final AfterEachCallback stopping = context -> {
        scheduler.shutdownNow();
        executor.shutdownNow();
    };

    private static ThreadFactory surroundings() {
        return task -> new Thread(task, "surroundings");
    }

    PoolKitTest() {
        model.plug(HERE.id(), new InMemoryPlug(devices));
    }

    @Override
    protected EniProvider newProvider(Map<Endpoint, String> held) {
        EniSettings settings = EniSettings.builder(OWNER_TAG.node())
                .set(EniSetting.CLUSTER, OWNER_TAG.cluster())
                .set(EniSetting.POOL_MIN, ENIS)
                .set(EniSetting.POOL_MAX, ENIS)
                .set(EniSetting.POOL_COOLDOWN, Duration.ZERO)
                .set(EniSetting.POOL_RATE, 100)
                .set(EniSetting.POOL_POLL_INITIAL, Duration.ofMillis(50))
                .build();
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        stores.forEach(PoolStateStore::close);
        PoolStateStore store = PoolStateStore.open(Disk.OF_THE_MACHINE, state, Clock.systemUTC(), steps);
        stores.add(store);
        EniPool pool = new EniPool(
                new FakeCloud(model, OWNER_TAG, HERE),
                settings,
                held,
                new PoolRuntime(
                        new MonotonicClock(Clock.systemUTC(), System::nanoTime),
                        Execution.JDK,
                        scheduler,
                        executor,
                        new Random(7),
                        store),
                new DeviceReadiness(devices, Device::baseline, steps, Clock.systemUTC()),
                EniMetrics.NONE,
                steps,
                () -> {});
        Awaitility.await()
                .atMost(timeout())
                .untilAsserted(() -> assertThat(pool.problems()).isEmpty());
        return pool;
    }

    @Override
    protected int enis() {
        return ENIS;
    }

    @Override
    protected boolean breakDevice(Eni eni) {
        devices.unplug(eni.mac());
        return true;
    }

    @Override
    protected boolean isUnrelatedThread(Thread thread) {
        return thread.getName().equals("surroundings");
    }
}
