package io.enim.examples.agent.clouds;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.manager.CoreContext;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.PoolTools;
import io.enim.core.internal.step.StepProbe;
import io.enim.core.internal.step.Steps;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.Mark;
import io.enim.provider.fake.MemoryDevices;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.ModelEni;
import io.enim.provider.fake.time.ManualScheduler;
import io.enim.spi.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A node: core's pool over the vendor's adapter, found and made as a manager does, on one thread and moved time. */
final class CloudNode {
    private static final Mark MARK = new Mark("prod", "node-7");

    final Cloud cloud;
    final Map<Endpoint, String> held = new HashMap<>();
    /** Which ENIs each token was answered with. */
    final Map<String, Set<String>> tokens = new ConcurrentHashMap<>();

    StepProbe probe = StepProbe.NONE;
    private final Path state;
    private final MemoryDevices devices = new MemoryDevices();
    private final EniSettings.Builder settings =
            EniSettings.builder(MARK.node()).set(EniSetting.CLUSTER, MARK.cluster());
    private final Map<String, String> more = new HashMap<>();
    private ManualScheduler scheduler;

    CloudNode(Cloud cloud, Path state) {
        this.cloud = cloud;
        this.state = state;
        this.scheduler = new ManualScheduler(cloud.clock);
        cloud.model.plug(new CloudModel.Plug() {
            @Override
            public void attached(ModelEni eni, String instanceId) {
                devices.plugIn(eni.mac());
            }

            @Override
            public void detached(ModelEni eni, String instanceId) {
                devices.unplug(eni.mac());
            }
        });
    }

    CloudNode with(EniSetting setting, int count) {
        settings.set(setting, count);
        return this;
    }

    CloudNode with(EniSetting setting, Duration time) {
        settings.set(setting, time);
        return this;
    }

    /** How long an adapter that starts from now on waits for an answer, in true time. */
    void callTimeout(Duration time) {
        more.put("call-timeout", time.toMillis() + "ms");
    }

    EniPool start() {
        scheduler = new ManualScheduler(cloud.clock);
        Map<String, String> own = new HashMap<>(cloud.settings());
        own.putAll(more);
        EniProviderFactory factory = ServiceLoader.load(EniProviderFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals(cloud.provider()))
                .findFirst()
                .orElseThrow();
        EniPool pool = (EniPool) factory.create(new CoreContext(
                own, MARK, cloud.clock, scheduler, EniMetrics.NONE, devices, held, this::pool, () -> {}));
        scheduler.runDue();
        return pool;
    }

    private EniPool pool(EniCloud adapter) {
        return new EniPool(new PoolTools(
                new Recorded(adapter, tokens),
                settings.build(),
                MARK,
                held,
                state,
                cloud.clock,
                scheduler,
                Runnable::run,
                devices,
                Device::homeState,
                EniMetrics.NONE,
                new Steps(probe, EniMetrics.NONE),
                new Random(7),
                () -> {}));
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
