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
import io.enim.core.internal.discovery.Catalog;
import io.enim.core.internal.gc.GarbageCollector;
import io.enim.core.internal.gc.GcSchedule;
import io.enim.core.internal.lane.Lanes;
import io.enim.core.internal.lane.NamedThreads;
import io.enim.core.internal.ledger.BootId;
import io.enim.core.internal.ledger.Homes;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.life.AddTools;
import io.enim.core.internal.life.Availability;
import io.enim.core.internal.life.Release;
import io.enim.core.internal.life.Timelines;
import io.enim.core.internal.manager.HealthBoard.Complaint;
import io.enim.core.internal.pool.EniPool;
import io.enim.core.internal.pool.PoolTools;
import io.enim.core.internal.state.Durability;
import io.enim.core.internal.state.RecordDirectory;
import io.enim.core.internal.step.StepProbe;
import io.enim.core.internal.step.Steps;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.Mark;
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
public final class Assembly {
    private final EniSettings settings;
    private final EniMetrics metrics;
    private final Clock clock;
    private final List<Liveness> liveness;
    private final ClassLoader classLoader;
    private final Steps steps;
    private final Optional<NetworkDevices> givenDevices;
    private final Optional<EniProvider> givenProvider;
    private final Closer closer = new Closer();
    private final Availability availability = new Availability();
    private final List<EniPool> pools = new CopyOnWriteArrayList<>();

    /** Collects the parts that are given. */
    public Assembly(
            EniSettings settings,
            EniMetrics metrics,
            Clock clock,
            List<Liveness> liveness,
            ClassLoader classLoader,
            StepProbe probe,
            Optional<NetworkDevices> givenDevices,
            Optional<EniProvider> givenProvider) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.liveness = liveness;
        this.classLoader = classLoader;
        this.steps = new Steps(probe, metrics);
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
        Homes homes = closer.add("the records of devices at home", openHomes(ledger));
        NetworkDevices devices = givenDevices.orElseGet(() -> closer.add("the device layer", loadDevices()));
        ExecutorService cloudCalls = Executors.newCachedThreadPool(new NamedThreads("cloud"));
        closer.add("cloud calls", cloudCalls::shutdownNow);
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, new NamedThreads("timer"));
        closer.add("timers", scheduler::shutdownNow);
        EniProvider provider = givenProvider.orElseGet(
                () -> closer.add("the provider", loadProvider(devices, homes, held(ledger), scheduler, cloudCalls)));

        Release release = new Release(ledger, homes, provider, devices, steps, availability);
        Timelines timelines = new Timelines(clock);
        Lanes lanes = closer.add(
                "lanes", new Lanes(settings.count(EniSetting.MAX_OPERATIONS), new NamedThreads("operation")));
        ProviderCalls providerCalls =
                closer.add("questions to the provider", new ProviderCalls(settings.duration(EniSetting.CLOUD_TIMEOUT)));
        GcSchedule gc = closer.add(
                "garbage collection",
                schedule(ledger, homes, provider, devices, lanes, release, timelines, providerCalls));
        AddTools add = new AddTools(
                ledger,
                provider,
                devices,
                steps,
                release,
                availability,
                homes,
                clock,
                settings.duration(EniSetting.DEVICE_TIMEOUT),
                settings.duration(EniSetting.UNDO_TIMEOUT));
        HealthBoard health =
                new HealthBoard(ledger, List.of(() -> complaints(homes), this::poolComplaints, () -> gcComplaints(gc)));
        EniManager manager = new NodeEniManager(new NodeEniManager.Tools(
                settings, ledger, lanes, release, add, gc, providerCalls, timelines, health, metrics, closer::close));
        closer.add("the watch over devices", devices.watch(gc::onEvent));
        gc.start();
        return manager;
    }

    private Ledger openLedger() {
        RecordDirectory directory = closer.add(
                "the run directory",
                RecordDirectory.open(
                        settings.path(EniSetting.RUN_DIR).resolve("assignments"), Durability.PROCESS, clock));
        return Ledger.open(directory, BootId.read());
    }

    private Homes openHomes(Ledger ledger) {
        RecordDirectory directory = closer.add(
                "the directory of devices at home",
                RecordDirectory.open(settings.path(EniSetting.RUN_DIR).resolve("homes"), Durability.PROCESS, clock));
        Homes homes = Homes.open(directory, BootId.read(), steps);
        ledger.all().forEach(assignment -> assignment.home().ifPresent(homes::suppose));
        return homes;
    }

    private static Map<Endpoint, String> held(Ledger ledger) {
        return ledger.all().stream()
                .collect(Collectors.toMap(
                        Assignment::endpoint, assignment -> assignment.eni().id()));
    }

    private NetworkDevices loadDevices() {
        return Catalog.load(NetworkDevicesFactory.class, classLoader, EniSetting.DEVICES, NetworkDevicesFactory::name)
                .choose(settings.text(EniSetting.DEVICES))
                .create();
    }

    private EniProvider loadProvider(
            NetworkDevices devices,
            Homes homes,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniProviderFactory factory = Catalog.load(
                        EniProviderFactory.class, classLoader, EniSetting.PROVIDER, EniProviderFactory::name)
                .choose(settings.text(EniSetting.PROVIDER));
        Mark mark = new Mark(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE));
        return factory.create(new CoreContext(
                settings.forProvider(factory.name()),
                mark,
                clock,
                scheduler,
                metrics,
                devices,
                held,
                cloud -> pool(cloud, mark, devices, homes, held, scheduler, cloudCalls),
                availability::signal));
    }

    private EniPool pool(
            EniCloud cloud,
            Mark mark,
            NetworkDevices devices,
            Homes homes,
            Map<Endpoint, String> held,
            ScheduledExecutorService scheduler,
            ExecutorService cloudCalls) {
        EniPool pool = new EniPool(new PoolTools(
                cloud,
                settings,
                mark,
                held,
                settings.path(EniSetting.STATE_DIR),
                clock,
                scheduler,
                cloudCalls,
                devices,
                homes::expected,
                metrics,
                steps,
                new SecureRandom(),
                availability::signal));
        pools.add(pool);
        return pool;
    }

    private GcSchedule schedule(
            Ledger ledger,
            Homes homes,
            EniProvider provider,
            NetworkDevices devices,
            Lanes lanes,
            Release release,
            Timelines timelines,
            ProviderCalls providerCalls) {
        GarbageCollector collector = new GarbageCollector(new GarbageCollector.Tools(
                ledger,
                homes,
                () -> providerCalls.ask("list ENIs", provider::list),
                provider,
                devices,
                lanes,
                release,
                steps,
                timelines,
                metrics,
                clock,
                liveness,
                this::leftovers,
                settings.duration(EniSetting.DEL_TIMEOUT),
                settings.duration(EniSetting.GC_AGE)));
        return new GcSchedule(
                collector,
                Executors.newSingleThreadScheduledExecutor(new NamedThreads("gc")),
                settings.duration(EniSetting.GC_INTERVAL),
                settings.duration(EniSetting.GC_TIMEOUT),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private List<Finding> leftovers(Mode mode) {
        return pools.stream().flatMap(pool -> pool.collect(mode).stream()).toList();
    }

    private List<Complaint> poolComplaints() {
        return complaints(
                pools.stream().flatMap(pool -> pool.complaints().stream()).toList());
    }

    private static List<Complaint> complaints(Homes homes) {
        List<Complaint> complaints = new ArrayList<>(complaints(homes.notes()));
        homes.failure().ifPresent(failure -> complaints.add(new Complaint(Status.UNAVAILABLE, failure)));
        return complaints;
    }

    private static List<Complaint> complaints(List<String> reasons) {
        return reasons.stream()
                .map(reason -> new Complaint(Status.DEGRADED, reason))
                .toList();
    }

    private static List<Complaint> gcComplaints(GcSchedule gc) {
        return complaints(Stream.concat(Stream.ofNullable(gc.lastFailure()), gc.doubts().stream())
                .toList());
    }
}
