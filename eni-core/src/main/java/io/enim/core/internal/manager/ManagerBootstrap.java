// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.Health.Status;
import io.enim.LifecycleListener;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.ManagerThreads;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.exec.TimedCalls;
import io.enim.core.internal.gc.AssignmentSweep;
import io.enim.core.internal.gc.EniSweep;
import io.enim.core.internal.gc.GarbageCollector;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.gc.Retries;
import io.enim.core.internal.gc.UnreadableSweep;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.DeviceRepairs;
import io.enim.core.internal.operation.EniClaim;
import io.enim.core.internal.operation.HostDeviceFinder;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.UnreadableRelease;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.Outlook;
import io.enim.core.internal.pool.PoolRuntime;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.records.Disk;
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
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Liveness;
import io.enim.spi.NamespaceId;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Builds a manager from its parts, in the order of their dependencies, and closes them in reverse. Used once. */
public final class ManagerBootstrap {
    /** More than the pool ever starts at once beside what may hang: see OffLoopCalls. */
    private static final int MOST_CLOUD_THREADS = 256;

    private final Given given;
    private final EniSettings settings;
    private final EniMetrics metrics;
    private final MonotonicClock clock;
    private final Execution execution;
    private final Disk disk;
    private final StepRunner steps;
    private final Closer directories = new Closer();
    private final ManagerThreads threads;
    private final Closer closer = new Closer();
    private final AvailabilitySignal availability = new AvailabilitySignal();
    private final List<EniPool> pools = new CopyOnWriteArrayList<>();
    private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    private final List<BoundedLiveness> sources = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    public ManagerBootstrap(Given given, Platform platform) {
        this.given = given;
        this.settings = given.settings();
        this.clock = platform.clock();
        this.execution = platform.execution();
        this.disk = platform.disk();
        this.threads = new ManagerThreads(execution, directories::close);
        this.metrics = given.metrics() == EniMetrics.NONE
                ? EniMetrics.NONE
                : new ToldMetrics(given.metrics(), newListenerThread("the metrics listener", "metrics"));
        this.steps = new StepRunner(whileOpen(platform.failPoint()), metrics);
    }

    /** Builds and starts the manager; on an error, closes what it has opened. */
    public EniManager build() {
        try {
            return assemble();
        } catch (RuntimeException | Error e) {
            closed = true;
            closer.closeAfter(e);
            throw e;
        }
    }

    private void close() {
        closed = true;
        closer.close();
    }

    /** No step begins when the manager is closed: a thread that hung in a call until then changes nothing more (P17). */
    private FailPoint whileOpen(FailPoint failPoint) {
        return (step, side) -> {
            failPoint.at(step, side);
            if (closed && side == FailPoint.Side.BEFORE) {
                throw new ClosedException(step + ": the manager is closed; the next one finishes the operation");
            }
        };
    }

    private EniManager assemble() {
        // First here, and so closed last.
        closer.add("the threads", this::endThreads);
        Ledger ledger = openLedger();
        Optional<LifecycleEvents> events = given.listener().map(listener -> newEvents(listener, ledger));
        DeviceBaselines baselines = openBaselines(ledger);
        NetworkDevices layer = given.devices().orElseGet(() -> closer.add("the device layer", loadDevices()));
        NetworkDevices devices = ForeignPart.devices(layer);
        ExecutorService cloudCalls = execution.pool(MOST_CLOUD_THREADS, threads.named("cloud"));
        closer.add("cloud calls", cloudCalls::shutdownNow);
        ScheduledExecutorService deadlines = execution.scheduler(1, threads.named("deadline"));
        closer.add("deadlines", deadlines::shutdownNow);
        ScheduledExecutorService scheduler = execution.scheduler(2, threads.named("timer"));
        closer.add("timers", scheduler::shutdownNow);
        Map<Endpoint, String> held = held(ledger);
        EniProvider chosen = ForeignPart.provider(given.provider()
                .orElseGet(
                        () -> closer.add("the provider", makeProvider(layer, baselines, held, scheduler, cloudCalls))));
        TimedCalls timedCalls = closer.add(
                "timed calls to the provider",
                new TimedCalls(execution, deadlines, settings.duration(EniSetting.CLOUD_TIMEOUT)));
        EniProvider provider = new TimedProvider(chosen, timedCalls);
        if (given.provider().isPresent()) {
            provider.restore(held);
        }

        TimelineRecorder timelines = new TimelineRecorder(clock.wall(), steps);
        PerEndpointExecutor executor = closer.add(
                "the per-endpoint executor",
                new PerEndpointExecutor(
                        execution, settings.count(EniSetting.MAX_OPERATIONS), threads.named("operation"), deadlines));
        BoundedProviderCalls providerCalls = closer.add(
                "calls to the provider",
                new BoundedProviderCalls(
                        execution, settings.duration(EniSetting.CLOUD_TIMEOUT), threads.named("provider")));
        ProviderListing listings = new ProviderListing(provider, providerCalls);
        Supplier<List<Eni>> listing = listings::now;
        DeviceRepairs repairs = new DeviceRepairs();
        ReleaseOperation release = new ReleaseOperation(
                ledger,
                baselines,
                provider,
                devices,
                availability,
                endpoint -> pools.forEach(pool -> pool.startCooldown(endpoint)));
        UnreadableRelease unreadable = new UnreadableRelease(ledger, baselines, listing, release, clock.wall());
        CheckOperation check = new CheckOperation(ledger, devices);
        AddOperation add = new AddOperation(
                ledger,
                devices,
                baselines,
                new EniClaim(provider, availability, nodeMtu(settings)),
                new HostDeviceFinder(devices, baselines, repairs, settings.duration(EniSetting.DEVICE_TIMEOUT)),
                release,
                clock.wall(),
                settings.duration(EniSetting.UNDO_TIMEOUT));

        Duration releaseTimeout = settings.duration(EniSetting.DEL_TIMEOUT);
        Duration age = settings.duration(EniSetting.GC_AGE);
        LivenessArbiter arbiter = new LivenessArbiter(
                disk,
                given.liveness().stream()
                        .map(source -> bounded(source, releaseTimeout))
                        .toList(),
                assignment -> check.findOnHost(assignment, releaseTimeout).isPresent(),
                assignment -> assignment.baseline().flatMap(baseline -> namespaceOf(baseline, devices, releaseTimeout)),
                age,
                clock);
        GcSchedule gc = closer.add(
                "garbage collection",
                schedule(
                        deadlines,
                        new GarbageCollector(
                                new AssignmentSweep(
                                        ledger, executor, release, timelines, arbiter, clock, releaseTimeout, age),
                                new UnreadableSweep(
                                        ledger,
                                        baselines,
                                        devices,
                                        listing,
                                        executor,
                                        timelines,
                                        unreadable,
                                        releaseTimeout),
                                new EniSweep(
                                        ledger,
                                        baselines,
                                        listing,
                                        provider,
                                        devices,
                                        executor,
                                        repairs,
                                        steps,
                                        releaseTimeout),
                                new Retries(clock),
                                this::collectOrphans,
                                ledger,
                                metrics,
                                clock.wall())));
        DeviceHeartbeats deviceHeartbeats = closer.add(
                "heartbeats of the device layer",
                new DeviceHeartbeats(devices, execution, threads.named("device-health")));
        EniManager manager = new NodeEniManager(
                ledger,
                baselines,
                new EndpointOperations(settings, ledger, executor, timelines, metrics, add, release, unreadable, check),
                listings::latest,
                gc,
                new Vitals(
                        () -> Stream.concat(
                                        pools.stream().map(EniPool::outlook),
                                        executor.failure().map(why -> new Outlook(Status.UNAVAILABLE, why)).stream())
                                .toList(),
                        () -> Stream.of(
                                        poolProblems(),
                                        gc.problems(),
                                        sources.stream().flatMap(BoundedLiveness::problems))
                                .flatMap(Function.identity())
                                .toList(),
                        () -> Stream.of(
                                        executor.heartbeats(settings.duration(EniSetting.UNDO_TIMEOUT)),
                                        pools.stream().flatMap(EniPool::heartbeats),
                                        Stream.of(gc.heartbeat()),
                                        deviceHeartbeats.ask(),
                                        listeners.stream().map(ListenerThread::heartbeat),
                                        timedCalls.hanging())
                                .flatMap(Function.identity())
                                .toList()),
                this::close);
        closer.add("the watch over devices", devices.watch(gc::onEvent));
        gc.start();
        events.ifPresent(told -> told.watch(manager::health));
        return manager;
    }

    private Liveness bounded(Liveness source, Duration timeout) {
        BoundedLiveness bounded = new BoundedLiveness(source, execution, timeout, threads.named("liveness"));
        sources.add(bounded);
        return closer.add("a source of liveness", bounded);
    }

    private ListenerThread newListenerThread(String name, String purpose) {
        ListenerThread thread = new ListenerThread(name, purpose, execution);
        listeners.add(thread);
        return thread;
    }

    /** What listeners are still to be told costs no time beyond that of the threads. */
    private void endThreads() {
        Deadline deadline = execution.deadline(settings.duration(EniSetting.CLOSE_TIMEOUT));
        threads.awaitEnd(deadline);
        listeners.forEach(listener -> listener.close(deadline));
    }

    private LifecycleEvents newEvents(LifecycleListener listener, Ledger ledger) {
        LifecycleEvents events =
                new LifecycleEvents(listener, newListenerThread("the lifecycle listener", "listener"), ledger.all());
        ledger.watch(events::changed);
        return events;
    }

    private static Optional<NamespaceId> namespaceOf(
            DeviceBaseline baseline, NetworkDevices devices, Duration timeout) {
        Optional<Netns> found = devices.locate(baseline, timeout);
        found.ifPresent(Netns::close);
        return found.map(Netns::id);
    }

    private static OptionalInt nodeMtu(EniSettings settings) {
        int mtu = settings.count(EniSetting.MTU);
        return mtu == 0 ? OptionalInt.empty() : OptionalInt.of(mtu);
    }

    private Ledger openLedger() {
        return Ledger.open(runStore("the run directory", "assignments"), BootId.read(disk));
    }

    private DeviceBaselines openBaselines(Ledger ledger) {
        RecordStore store = runStore("the directory of device baselines", "homes");
        DeviceBaselines baselines = DeviceBaselines.open(store, BootId.read(disk), steps);
        ledger.all().forEach(assignment -> assignment.baseline().ifPresent(baselines::recordIfUnknown));
        return baselines;
    }

    private RecordStore runStore(String name, String directory) {
        Path path = settings.path(EniSetting.RUN_DIR).resolve(directory);
        return directories.add(name, RecordStore.open(disk, path, Durability.PROCESS, clock.wall()));
    }

    private PoolStateStore openState() {
        Path path = settings.path(EniSetting.STATE_DIR);
        return directories.add("the state directory", PoolStateStore.open(disk, path, clock.wall(), steps));
    }

    private static Map<Endpoint, String> held(Ledger ledger) {
        Map<Endpoint, String> held = new HashMap<>();
        ledger.all()
                .forEach(assignment ->
                        held.put(assignment.endpoint(), assignment.eni().id()));
        ledger.unreadable().forEach(record -> record.eniId().ifPresent(id -> held.put(record.placeholder(), id)));
        return held;
    }

    private NetworkDevices loadDevices() {
        return NamedServices.load(
                        NetworkDevicesFactory.class,
                        given.classLoader(),
                        EniSetting.DEVICES,
                        NetworkDevicesFactory::name)
                .choose(settings.text(EniSetting.DEVICES))
                .create();
    }

    /** A provider gets the device layer as it is: it may ask it for more than its interface. */
    private EniProvider makeProvider(
            NetworkDevices layer,
            DeviceBaselines baselines,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniProviderFactory factory = given.factory().orElseGet(this::loadProviderFactory);
        OwnerTag ownerTag = new OwnerTag(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE));
        Function<EniCloud, EniProvider> newPool = cloud -> {
            EniPool pool = new EniPool(
                    cloud,
                    settings,
                    held,
                    new PoolRuntime(clock, execution, scheduler, cloudCalls, execution.random(), openState()),
                    new DeviceReadiness(ForeignPart.devices(layer), baselines::expected, steps, clock),
                    metrics,
                    steps,
                    availability::signal);
            availability.toldByProvider();
            pools.add(closer.add("a pool", pool));
            return pool;
        };
        return factory.create(new DefaultProviderContext(
                settings.forProvider(factory.name()),
                ownerTag,
                clock,
                ownTimers(),
                metrics,
                layer,
                held,
                newPool,
                availability::signalSeveral));
    }

    /** The provider's alone: a task of its that blocks stops none of ours (P6). */
    private ScheduledExecutorService ownTimers() {
        ScheduledExecutorService timers = execution.scheduler(1, threads.named("provider-timer"));
        closer.add("the provider's timers", timers::shutdownNow);
        return timers;
    }

    private EniProviderFactory loadProviderFactory() {
        return NamedServices.load(
                        EniProviderFactory.class, given.classLoader(), EniSetting.PROVIDER, EniProviderFactory::name)
                .choose(settings.text(EniSetting.PROVIDER));
    }

    private GcSchedule schedule(ScheduledExecutorService deadlines, GarbageCollector collector) {
        return new GcSchedule(
                collector,
                execution,
                execution.scheduler(1, threads.named("gc")),
                deadlines,
                settings.duration(EniSetting.GC_INTERVAL),
                settings.duration(EniSetting.GC_TIMEOUT),
                execution.random()::nextDouble);
    }

    private List<Finding> collectOrphans(Mode mode) {
        return pools.stream().flatMap(pool -> pool.collect(mode).stream()).toList();
    }

    private Stream<String> poolProblems() {
        return pools.stream().flatMap(pool -> pool.problems().stream());
    }
}
