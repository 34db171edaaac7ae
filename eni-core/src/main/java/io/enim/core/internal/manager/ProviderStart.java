// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.TimedCalls;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.serviceloader.NamedServices;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.spi.NetworkDevices;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** Starts the provider: the one that the application gave, or one that a factory makes, perhaps over pools. Used once. */
final class ProviderStart {
    /** More than the pool ever starts at once beside what may hang: see OffLoopCalls. */
    private static final int MOST_CLOUD_THREADS = 256;

    private final ManagerRuntime runtime;
    private final Given given;
    private final NodeRecords records;
    private final NetworkDevices layer;
    private final AvailabilitySignal availability;
    private final Pools pools;
    private final Map<Endpoint, String> held;
    private final ExecutorService cloudCalls;
    private final ScheduledExecutorService timers;

    /**
     * Starts the threads.
     *
     * @param layer the device layer as it is: a provider may ask it for more than its interface
     */
    ProviderStart(
            ManagerRuntime runtime,
            Given given,
            NodeRecords records,
            NetworkDevices layer,
            AvailabilitySignal availability,
            Pools pools) {
        this.runtime = runtime;
        this.given = given;
        this.records = records;
        this.layer = layer;
        this.availability = availability;
        this.pools = pools;
        this.held = records.held();
        Lifetime lifetime = runtime.lifetime();
        this.cloudCalls = runtime.execution().pool(MOST_CLOUD_THREADS, lifetime.threads("cloud"));
        lifetime.part("cloud calls", cloudCalls::shutdownNow);
        this.timers = lifetime.scheduler("timers", 2, "timer");
    }

    TimedProvider start() {
        Lifetime lifetime = runtime.lifetime();
        EniProvider chosen =
                ForeignPart.provider(given.provider().orElseGet(() -> lifetime.foreignPart("the provider", made())));
        TimedProvider provider = new TimedProvider(
                chosen,
                lifetime.part(
                        "timed calls to the provider",
                        new TimedCalls(
                                runtime.execution(), runtime.deadlines(), runtime.duration(EniSetting.CLOUD_TIMEOUT))));
        if (given.provider().isPresent()) {
            provider.restore(held);
        }
        return provider;
    }

    private EniProvider made() {
        EniProviderFactory factory = given.factory().orElseGet(this::loaded);
        EniSettings settings = runtime.settings();
        return factory.create(new DefaultProviderContext(
                settings.forProvider(factory.name()),
                new OwnerTag(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE)),
                runtime.clock(),
                // The provider's alone: a task of its that blocks stops none of ours (P6).
                runtime.lifetime().scheduler("the provider's timers", 1, "provider-timer"),
                runtime.metrics(),
                layer,
                held,
                this::pool,
                availability::signalSeveral));
    }

    private EniProviderFactory loaded() {
        return NamedServices.load(
                        EniProviderFactory.class, given.classLoader(), EniSetting.PROVIDER, EniProviderFactory::name)
                .choose(runtime.settings().text(EniSetting.PROVIDER));
    }

    private EniProvider pool(EniCloud cloud) {
        EniPool pool = new EniPool(
                cloud,
                runtime.settings(),
                held,
                new PoolRuntime(
                        runtime.clock(),
                        runtime.execution(),
                        timers,
                        cloudCalls,
                        runtime.execution().random(),
                        records.openState()),
                new DeviceReadiness(
                        ForeignPart.devices(layer), records.baselines()::expected, runtime.steps(), runtime.clock()),
                runtime.metrics(),
                runtime.steps(),
                availability::signal);
        availability.toldByProvider();
        pools.add(runtime.lifetime().foreignPart("a pool", pool));
        return pool;
    }
}
