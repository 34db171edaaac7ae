// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.NamedThreadFactory;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.gc.AssignmentSweep;
import io.enim.core.internal.gc.EniSweep;
import io.enim.core.internal.gc.GarbageCollector;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.EniClaim;
import io.enim.core.internal.operation.HostDeviceFinder;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.loop.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.serviceloader.NamedServices;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a manager from its parts, in the order of their dependencies, and closes them in reverse. Used once. */
public final class ManagerBootstrap {
    private final EniSettings settings;
    private final EniMetrics metrics;
    private final Clock clock;
    private final List<Liveness> liveness;
    private final ClassLoader classLoader;
    private final StepRunner steps;
    private final Optional<NetworkDevices> givenDevices;
    private final Optional<EniProvider> givenProvider;
    private final Closer closer = new Closer();
    private final AvailabilitySignal availability = new AvailabilitySignal();
    private final List<EniPool> pools = new CopyOnWriteArrayList<>();

    public ManagerBootstrap(
            EniSettings settings,
            EniMetrics metrics,
            Clock clock,
            List<Liveness> liveness,
            ClassLoader classLoader,
            FailPoint failPoint,
            Optional<NetworkDevices> givenDevices,
            Optional<EniProvider> givenProvider) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.liveness = liveness;
        this.classLoader = classLoader;
        this.steps = new StepRunner(failPoint, metrics);
        this.givenDevices = givenDevices;
        this.givenProvider = givenProvider;
    }

    /** Builds and starts the manager; on an error, closes what it has opened. */
    public EniManager build() {
        try {
            return assemble();
        } catch (RuntimeException e) {
            closer.closeAfter(e);
            throw e;
        }
    }

    private EniManager assemble() {
        Ledger ledger = closer.add("the ledger", openLedger());
        DeviceBaselines baselines = closer.add("the device baselines", openBaselines(ledger));
        NetworkDevices devices = givenDevices.orElseGet(() -> closer.add("the device layer", loadDevices()));
        ExecutorService cloudCalls = Executors.newCachedThreadPool(new NamedThreadFactory("cloud"));
        closer.add("cloud calls", cloudCalls::shutdownNow);
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, new NamedThreadFactory("timer"));
        closer.add("timers", scheduler::shutdownNow);
        EniProvider provider = givenProvider.orElseGet(() ->
                closer.add("the provider", loadProvider(devices, baselines, held(ledger), scheduler, cloudCalls)));

        TimelineRecorder timelines = new TimelineRecorder(clock, steps);
        PerEndpointExecutor executor = closer.add(
                "the per-endpoint executor",
                new PerEndpointExecutor(
                        settings.count(EniSetting.MAX_OPERATIONS), new NamedThreadFactory("operation")));
        BoundedProviderCalls providerCalls = closer.add(
                "calls to the provider", new BoundedProviderCalls(settings.duration(EniSetting.CLOUD_TIMEOUT)));
        Supplier<List<Eni>> listing = () -> providerCalls.call("list ENIs", provider::list);
        ReleaseOperation release = new ReleaseOperation(ledger, baselines, provider, devices, availability);
        CheckOperation check = new CheckOperation(ledger, devices);
        AddOperation add = new AddOperation(
                ledger,
                devices,
                baselines,
                new EniClaim(provider, availability),
                new HostDeviceFinder(devices, baselines, settings.duration(EniSetting.DEVICE_TIMEOUT)),
                release,
                clock,
                settings.duration(EniSetting.UNDO_TIMEOUT));

        Duration releaseTimeout = settings.duration(EniSetting.DEL_TIMEOUT);
        Duration patience = settings.duration(EniSetting.GC_AGE);
        LivenessArbiter arbiter = new LivenessArbiter(
                liveness,
                assignment -> check.findOnHost(assignment, releaseTimeout).isPresent(),
                patience,
                clock);
        GcSchedule gc = closer.add(
                "garbage collection",
                schedule(new GarbageCollector(
                        new AssignmentSweep(
                                ledger, executor, release, timelines, arbiter, clock, releaseTimeout, patience),
                        new EniSweep(ledger, baselines, listing, provider, devices, executor, steps, releaseTimeout),
                        this::collectOrphans,
                        ledger,
                        metrics,
                        clock)));
        EniManager manager = new NodeEniManager(
                ledger,
                baselines,
                new EndpointOperations(settings, ledger, executor, timelines, metrics, add, release, check),
                listing,
                gc,
                () -> Stream.concat(poolProblems(), gc.problems()).toList(),
                closer::close);
        closer.add("the watch over devices", devices.watch(gc::onEvent));
        gc.start();
        return manager;
    }

    private Ledger openLedger() {
        return Ledger.open(runStore("the run directory", "assignments"), BootId.read());
    }

    private DeviceBaselines openBaselines(Ledger ledger) {
        RecordStore store = runStore("the directory of device baselines", "homes");
        DeviceBaselines baselines = DeviceBaselines.open(store, BootId.read(), steps);
        ledger.all().forEach(assignment -> assignment.baseline().ifPresent(baselines::recordIfUnknown));
        return baselines;
    }

    private RecordStore runStore(String name, String directory) {
        Path path = settings.path(EniSetting.RUN_DIR).resolve(directory);
        return closer.add(name, RecordStore.open(path, Durability.PROCESS, clock));
    }

    private static Map<Endpoint, String> held(Ledger ledger) {
        return ledger.all().stream()
                .collect(Collectors.toMap(
                        Assignment::endpoint, assignment -> assignment.eni().id()));
    }

    private NetworkDevices loadDevices() {
        return NamedServices.load(
                        NetworkDevicesFactory.class, classLoader, EniSetting.DEVICES, NetworkDevicesFactory::name)
                .choose(settings.text(EniSetting.DEVICES))
                .create();
    }

    private EniProvider loadProvider(
            NetworkDevices devices,
            DeviceBaselines baselines,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniProviderFactory factory = NamedServices.load(
                        EniProviderFactory.class, classLoader, EniSetting.PROVIDER, EniProviderFactory::name)
                .choose(settings.text(EniSetting.PROVIDER));
        OwnerTag ownerTag = new OwnerTag(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE));
        Function<EniCloud, EniProvider> newPool = cloud -> {
            EniPool pool = new EniPool(
                    cloud,
                    settings,
                    held,
                    new PoolRuntime(clock, scheduler, cloudCalls, new SecureRandom()),
                    new DeviceReadiness(devices, baselines::expected, steps),
                    metrics,
                    steps,
                    availability::signal);
            pools.add(pool);
            return pool;
        };
        return factory.create(new DefaultProviderContext(
                settings.forProvider(factory.name()),
                ownerTag,
                clock,
                scheduler,
                metrics,
                devices,
                held,
                newPool,
                availability::signal));
    }

    private GcSchedule schedule(GarbageCollector collector) {
        return new GcSchedule(
                collector,
                Executors.newSingleThreadScheduledExecutor(new NamedThreadFactory("gc")),
                settings.duration(EniSetting.GC_INTERVAL),
                settings.duration(EniSetting.GC_TIMEOUT),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private List<Finding> collectOrphans(Mode mode) {
        return pools.stream().flatMap(pool -> pool.collect(mode).stream()).toList();
    }

    private Stream<String> poolProblems() {
        return pools.stream().flatMap(pool -> pool.problems().stream());
    }
}
