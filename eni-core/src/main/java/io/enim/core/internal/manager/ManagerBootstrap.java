package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.Health.Status;
import io.enim.core.internal.discovery.NamedServices;
import io.enim.core.internal.exec.NamedThreadFactory;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.gc.GarbageCollector;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.manager.HealthAggregator.Problem;
import io.enim.core.internal.operation.AddDependencies;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.loop.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
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
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts a manager together, in the order in which its parts need each other, and takes it apart in reverse. */
public final class ManagerBootstrap {
    private final EniSettings settings;
    private final EniMetrics metrics;
    private final Clock clock;
    private final List<Liveness> liveness;
    private final ClassLoader classLoader;
    private final StepRunner stepRunner;
    private final Optional<NetworkDevices> givenDevices;
    private final Optional<EniProvider> givenProvider;
    private final Closer closer = new Closer();
    private final AvailabilitySignal availabilitySignal = new AvailabilitySignal();
    private final List<EniPool> pools = new CopyOnWriteArrayList<>();

    /** Collects the parts that are given. */
    public ManagerBootstrap(
            EniSettings settings,
            EniMetrics metrics,
            Clock clock,
            List<Liveness> liveness,
            ClassLoader classLoader,
            FailPoint probe,
            Optional<NetworkDevices> givenDevices,
            Optional<EniProvider> givenProvider) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.liveness = liveness;
        this.classLoader = classLoader;
        this.stepRunner = new StepRunner(probe, metrics);
        this.givenDevices = givenDevices;
        this.givenProvider = givenProvider;
    }

    /** Builds and starts the manager; what was opened before an error is closed again. */
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
        DeviceBaselines deviceBaselines = closer.add("the records of devices at home", openBaselines(ledger));
        NetworkDevices devices = givenDevices.orElseGet(() -> closer.add("the device layer", loadDevices()));
        ExecutorService cloudCalls = Executors.newCachedThreadPool(new NamedThreadFactory("cloud"));
        closer.add("cloud calls", cloudCalls::shutdownNow);
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, new NamedThreadFactory("timer"));
        closer.add("timers", scheduler::shutdownNow);
        EniProvider provider = givenProvider.orElseGet(() -> closer.add(
                "the provider", loadProvider(devices, deviceBaselines, held(ledger), scheduler, cloudCalls)));

        ReleaseOperation releaseOperation =
                new ReleaseOperation(ledger, deviceBaselines, provider, devices, stepRunner, availabilitySignal);
        TimelineRecorder timelineRecorder = new TimelineRecorder(clock);
        PerEndpointExecutor perEndpointExecutor = closer.add(
                "lanes",
                new PerEndpointExecutor(
                        settings.count(EniSetting.MAX_OPERATIONS), new NamedThreadFactory("operation")));
        BoundedProviderCalls boundedProviderCalls = closer.add(
                "questions to the provider", new BoundedProviderCalls(settings.duration(EniSetting.CLOUD_TIMEOUT)));
        GcSchedule gc = closer.add(
                "garbage collection",
                schedule(
                        ledger,
                        deviceBaselines,
                        provider,
                        devices,
                        perEndpointExecutor,
                        releaseOperation,
                        timelineRecorder,
                        boundedProviderCalls));
        AddDependencies add = new AddDependencies(
                ledger,
                provider,
                devices,
                stepRunner,
                releaseOperation,
                availabilitySignal,
                deviceBaselines,
                clock,
                settings.duration(EniSetting.DEVICE_TIMEOUT),
                settings.duration(EniSetting.UNDO_TIMEOUT));
        HealthAggregator health = new HealthAggregator(
                ledger, List.of(() -> problems(deviceBaselines), this::poolProblems, () -> gcProblems(gc)));
        EniManager manager = new NodeEniManager(new NodeEniManager.Dependencies(
                settings,
                ledger,
                perEndpointExecutor,
                releaseOperation,
                add,
                gc,
                boundedProviderCalls,
                timelineRecorder,
                health,
                metrics,
                closer::close));
        closer.add("the watch over devices", devices.watch(gc::onEvent));
        gc.start();
        return manager;
    }

    private Ledger openLedger() {
        RecordStore directory = closer.add(
                "the run directory",
                RecordStore.open(settings.path(EniSetting.RUN_DIR).resolve("assignments"), Durability.PROCESS, clock));
        return Ledger.open(directory, BootId.read());
    }

    private DeviceBaselines openBaselines(Ledger ledger) {
        RecordStore directory = closer.add(
                "the directory of devices at home",
                RecordStore.open(settings.path(EniSetting.RUN_DIR).resolve("homes"), Durability.PROCESS, clock));
        DeviceBaselines deviceBaselines = DeviceBaselines.open(directory, BootId.read(), stepRunner);
        ledger.all().forEach(assignment -> assignment.baseline().ifPresent(deviceBaselines::recordIfUnknown));
        return deviceBaselines;
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
            DeviceBaselines deviceBaselines,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniProviderFactory factory = NamedServices.load(
                        EniProviderFactory.class, classLoader, EniSetting.PROVIDER, EniProviderFactory::name)
                .choose(settings.text(EniSetting.PROVIDER));
        OwnerTag ownerTag = new OwnerTag(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE));
        return factory.create(new DefaultProviderContext(
                settings.forProvider(factory.name()),
                ownerTag,
                clock,
                scheduler,
                metrics,
                devices,
                held,
                cloud -> pool(cloud, devices, deviceBaselines, held, scheduler, cloudCalls),
                availabilitySignal::signal));
    }

    private EniPool pool(
            EniCloud cloud,
            NetworkDevices devices,
            DeviceBaselines deviceBaselines,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniPool pool = new EniPool(
                cloud,
                settings,
                held,
                new PoolRuntime(clock, scheduler, cloudCalls, new SecureRandom()),
                new DeviceReadiness(devices, deviceBaselines::expected, stepRunner),
                metrics,
                stepRunner,
                availabilitySignal::signal);
        pools.add(pool);
        return pool;
    }

    private GcSchedule schedule(
            Ledger ledger,
            DeviceBaselines deviceBaselines,
            EniProvider provider,
            NetworkDevices devices,
            PerEndpointExecutor perEndpointExecutor,
            ReleaseOperation releaseOperation,
            TimelineRecorder timelineRecorder,
            BoundedProviderCalls boundedProviderCalls) {
        GarbageCollector collector = new GarbageCollector(new GarbageCollector.Dependencies(
                ledger,
                deviceBaselines,
                () -> boundedProviderCalls.call("list ENIs", provider::list),
                provider,
                devices,
                perEndpointExecutor,
                releaseOperation,
                stepRunner,
                timelineRecorder,
                metrics,
                clock,
                liveness,
                this::collectOrphans,
                settings.duration(EniSetting.DEL_TIMEOUT),
                settings.duration(EniSetting.GC_AGE)));
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

    private List<Problem> poolProblems() {
        return problems(pools.stream().flatMap(pool -> pool.problems().stream()).toList());
    }

    private static List<Problem> problems(DeviceBaselines deviceBaselines) {
        List<Problem> complaints = new ArrayList<>(problems(deviceBaselines.notes()));
        deviceBaselines.failure().ifPresent(failure -> complaints.add(new Problem(Status.UNAVAILABLE, failure)));
        return complaints;
    }

    private static List<Problem> problems(List<String> reasons) {
        return reasons.stream()
                .map(reason -> new Problem(Status.DEGRADED, reason))
                .toList();
    }

    private static List<Problem> gcProblems(GcSchedule gc) {
        return problems(Stream.concat(Stream.ofNullable(gc.lastFailure()), gc.doubts().stream())
                .toList());
    }
}
