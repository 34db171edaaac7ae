package io.enim.systemtests.clouds;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.manager.DefaultProviderContext;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.spi.Device;
import io.enim.testing.ManualScheduler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A node: core's pool over the vendor's adapter, found and made as a manager does, on one thread and moved time. */
final class PoolNode {
    private static final OwnerTag OWNER_TAG = new OwnerTag("prod", "node-7");

    final EmulatedCloud cloud;
    final Map<Endpoint, String> held = new HashMap<>();
    /** Which ENIs each token was answered with. */
    final Map<String, Set<String>> tokens = new ConcurrentHashMap<>();

    FailPoint probe = FailPoint.NONE;
    private final Path state;
    private final InMemoryDevices devices = new InMemoryDevices();
    final EniSettings.Builder settings =
            EniSettings.builder(OWNER_TAG.node()).set(EniSetting.CLUSTER, OWNER_TAG.cluster());
    private ManualScheduler scheduler;
    private final List<PoolStateStore> stores = new ArrayList<>();

    PoolNode(EmulatedCloud cloud, Path state) {
        this.cloud = cloud;
        this.state = state;
        this.scheduler = new ManualScheduler(cloud.clock);
        cloud.model.plug(cloud.instanceId, new InMemoryPlug(devices));
    }

    EniPool start() {
        scheduler = new ManualScheduler(cloud.clock);
        Map<String, String> own = cloud.settings;
        EniProviderFactory factory = ServiceLoader.load(EniProviderFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(cloud.provider))
                .findFirst()
                .orElseThrow();
        EniPool pool = (EniPool) factory.create(new DefaultProviderContext(
                own, OWNER_TAG, cloud.clock, scheduler, EniMetrics.NONE, devices, held, this::pool, () -> {}));
        scheduler.runDue();
        return pool;
    }

    private EniPool pool(EniCloud adapter) {
        StepRunner steps = new StepRunner(probe, EniMetrics.NONE);
        stores.forEach(PoolStateStore::close);
        PoolStateStore store = PoolStateStore.open(Disk.OF_THE_MACHINE, state, cloud.clock, steps);
        stores.add(store);
        MonotonicClock monotonic = new MonotonicClock(cloud.clock, cloud.clock::elapsedNanos);
        return new EniPool(
                recording(adapter),
                settings.build(),
                held,
                new PoolRuntime(monotonic, Execution.JDK, scheduler, Runnable::run, new Random(7), store),
                new DeviceReadiness(devices, Device::baseline, steps, monotonic),
                EniMetrics.NONE,
                steps,
                () -> {});
    }

    /** The same, which remembers what each token was answered with. */
    private EniCloud recording(EniCloud cloud) {
        return (EniCloud) Proxy.newProxyInstance(
                PoolNode.class.getClassLoader(), new Class<?>[] {EniCloud.class}, (proxy, method, arguments) -> {
                    try {
                        if (!method.getName().equals("create")) {
                            return method.invoke(cloud, arguments);
                        }
                        String token = ((CreateRequest) arguments[0]).token();
                        Set<String> ids = tokens.computeIfAbsent(token, key -> ConcurrentHashMap.newKeySet());
                        CloudEni eni = (CloudEni) method.invoke(cloud, arguments);
                        ids.add(eni.id());
                        return eni;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        // Set where an answer never came, see EmulatedCloud; the pool sees the error alone.
                        Thread.interrupted();
                    }
                });
    }

    /** Ends the process: its tasks and memory go; cloud, devices and disk stay. */
    EniPool restart(EniPool pool) {
        pool.close();
        return start();
    }

    void pass(Duration time) {
        scheduler.advance(time);
    }

    int requests() {
        return cloud.requests().size();
    }

    static Endpoint endpoint(int n) {
        return Endpoint.of("default", "pod-" + n, "c" + n);
    }
}
