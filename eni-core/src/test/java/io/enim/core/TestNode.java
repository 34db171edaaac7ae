package io.enim.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.LifecycleListener;
import io.enim.core.internal.step.FailPoint;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevice;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node with a fake cloud and devices in memory, which outlive its managers as cloud and kernel outlive a process. With
 * {@code @RegisterExtension} it ends after each test.
 */
public final class TestNode implements AfterEachCallback {
    /** Where the factory that the service loader makes finds the provider of its test. */
    private static final ThreadLocal<Function<ProviderContext, EniProvider>> CURRENT = new ThreadLocal<>();

    private final TempDirectory directory = TempDirectory.make();
    private final InMemoryDevices devices = new InMemoryDevices();
    private final SimulatedRegion model;
    private final Instance instance;
    private final Map<EniSetting, String> overrides = new HashMap<>();
    private FailPoint failPoint = FailPoint.NONE;
    private UnaryOperator<NetworkDevices> aroundDevices = UnaryOperator.identity();
    private UnaryOperator<EniCloud> aroundCloud = UnaryOperator.identity();
    private UnaryOperator<EniProvider> aroundProvider = UnaryOperator.identity();
    private UnaryOperator<EniManager> aroundManager = UnaryOperator.identity();
    private Consumer<ProviderContext> beforeProvider = context -> {};
    private UnaryOperator<Enim.Builder> building = UnaryOperator.identity();
    /** What the test let pass beyond the machine's time, and by how much the wall clock was set besides. */
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    private final AtomicReference<Duration> stepped = new AtomicReference<>(Duration.ZERO);
    private EniMetrics metrics = EniMetrics.NONE;
    private @Nullable LifecycleListener listener;
    private @Nullable Liveness liveness;
    private @Nullable EniManager manager;
    private @Nullable EniProvider provider;

    public TestNode(int enis) {
        this.instance = new Instance("i-1", "zone-a", enis);
        this.model = new SimulatedRegion(Clock.systemUTC())
                .addSubnet(new Subnet(
                        "subnet-1",
                        "zone-a",
                        Optional.of(Cidr.parse("10.0.0.0/16")),
                        Optional.of(Cidr.parse("2001:db8::/64"))))
                .addInstance(instance)
                .plug(instance.id(), new InMemoryPlug(devices));
        set(EniSetting.POOL_MIN, Integer.toString(enis));
        set(EniSetting.POOL_WARM, Integer.toString(enis));
        set(EniSetting.POOL_RATE, "1000");
        set(EniSetting.POOL_POLL_INITIAL, "20ms");
        set(EniSetting.POOL_COOLDOWN, "0s");
        set(EniSetting.GC_INTERVAL, "1h");
        set(EniSetting.ADD_TIMEOUT, "20s");
    }

    /** Makes the test's provider; found with the service loader. */
    public static final class Factory implements EniProviderFactory {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public EniProvider create(ProviderContext context) {
            return CURRENT.get().apply(context);
        }
    }

    public TestNode set(EniSetting setting, String value) {
        overrides.put(setting, value);
        return this;
    }

    public TestNode failPoint(FailPoint stands) {
        failPoint = stands;
        return this;
    }

    public TestNode metrics(EniMetrics listener) {
        metrics = listener;
        return this;
    }

    public TestNode listener(LifecycleListener told) {
        listener = told;
        return this;
    }

    public TestNode liveness(Liveness source) {
        liveness = source;
        return this;
    }

    /** This much time passes at the node at once, but not for timers that run. */
    public void pass(Duration time) {
        ahead.updateAndGet(time::plus);
    }

    /** The node's wall clock is set forward, or back, by this much; no time passes. */
    public void stepClock(Duration step) {
        stepped.updateAndGet(step::plus);
    }

    /** What managers that start from now on see of the devices. */
    public TestNode aroundDevices(UnaryOperator<NetworkDevices> around) {
        aroundDevices = around;
        return this;
    }

    /** What the pools of managers that start from now on see of the cloud. */
    public TestNode aroundCloud(UnaryOperator<EniCloud> around) {
        aroundCloud = around;
        return this;
    }

    /** What else managers that start from now on are built with. */
    public TestNode building(UnaryOperator<Enim.Builder> with) {
        building = with;
        return this;
    }

    /** What managers that start from now on see of the pool. */
    public TestNode aroundProvider(UnaryOperator<EniProvider> around) {
        aroundProvider = around;
        return this;
    }

    /** What the factories of managers that start from now on do first. */
    TestNode beforeProvider(Consumer<ProviderContext> action) {
        beforeProvider = action;
        return this;
    }

    /** What callers see of managers that start from now on. */
    public TestNode aroundManager(UnaryOperator<EniManager> around) {
        aroundManager = around;
        return this;
    }

    public InMemoryDevices devices() {
        return devices;
    }

    public SimulatedRegion model() {
        return model;
    }

    /** Where its files are: those of its managers in {@code run} and {@code state}, and its sandboxes. */
    public Path directory() {
        return directory.path();
    }

    /** Starts a manager, in place of one that was closed or abandoned, as soon as the threads of that one have ended. */
    public EniManager start() {
        return Awaitility.await("a manager starts")
                .pollInSameThread()
                .ignoreExceptionsMatching(
                        error -> String.valueOf(error.getMessage()).contains("(this one)"))
                .until(this::startNow, any -> true);
    }

    /** Starts a manager, or fails while threads of an earlier one run. */
    public EniManager startNow() {
        EniSettings.Builder settings = EniSettings.builder("node-1")
                .set(EniSetting.CLUSTER, "test")
                .set(EniSetting.PROVIDER, "test")
                .set(EniSetting.RUN_DIR, directory().resolve("run"))
                .set(EniSetting.STATE_DIR, directory().resolve("state"))
                .set(EniSetting.SANDBOXES_DIR, directory().resolve("netns"));
        overrides.forEach(settings::set);
        Enim.Builder builder = Enim.builder(settings.build())
                .devices(aroundDevices.apply(devices))
                .clocks(
                        () -> Instant.now().plus(ahead.get()).plus(stepped.get()),
                        () -> System.nanoTime() + ahead.get().toNanos())
                .metrics(metrics);
        BuilderSeams.failPoint(builder, failPoint);
        if (listener != null) {
            builder.listener(listener);
        }
        if (liveness != null) {
            builder.liveness(liveness);
        }
        manager = aroundManager.apply(build(building.apply(builder), this::makeProvider));
        return manager;
    }

    private EniProvider makeProvider(ProviderContext context) {
        beforeProvider.accept(context);
        EniCloud cloud = new FakeCloud(model, new OwnerTag("test", "node-1"), instance);
        EniProvider pool = context.pool(aroundCloud.apply(cloud));
        EniProvider made = aroundProvider.apply(pool);
        provider = made;
        return made;
    }

    /** Builds a manager whose settings name the provider {@code test}, which is made so. */
    public static EniManager build(Enim.Builder builder, Function<ProviderContext, EniProvider> provider) {
        CURRENT.set(provider);
        try {
            return builder.build();
        } finally {
            CURRENT.remove();
        }
    }

    /** Starts a manager, and waits until so many ENIs are free and the round that their devices asked for has begun. */
    public EniManager startWarm(int free) {
        EniManager started = start();
        awaitFree(started, free, Duration.ofMillis(100));
        return started;
    }

    public void awaitFree(EniManager running, int free) {
        awaitFree(running, free, Duration.ZERO);
    }

    private static void awaitFree(EniManager running, int free, Duration during) {
        Awaitility.await("free ENIs")
                .ignoreExceptionsInstanceOf(EniException.class)
                .during(during)
                .untilAsserted(() -> assertThat(running.enis())
                        .as("%s; %s", running.assignments(), running.health())
                        .filteredOn(eni -> eni.state() == EniState.READY)
                        .hasSizeGreaterThanOrEqualTo(free));
    }

    public static long count(EniManager running, EniState state) {
        return running.enis().stream().filter(eni -> eni.state() == state).count();
    }

    public List<Eni> enis(EniState state) {
        return current().enis().stream().filter(eni -> eni.state() == state).toList();
    }

    /** Another party deletes the ENI at the cloud, and its device is gone. */
    public void deleteAtTheCloud(String eni) {
        model.detach(eni);
        model.delete(eni);
    }

    /** The provider gives the endpoint an ENI, and the manager does not learn of it, unless by a round from now on. */
    public void claimUnrecorded(Endpoint endpoint) {
        current().gc(GcRequest.full().dryRun()); // Waits for the full round that a start begins with.
        requireNonNull(provider, "not started").allocateNextEni(endpoint);
    }

    /** What the provider knows of the loss of the ENI that the endpoint holds. */
    public Optional<String> lossEvidence(Endpoint endpoint) {
        return requireNonNull(provider, "not started").lossEvidence(endpoint);
    }

    /** An ENI of another node of the cluster, attached nowhere; the id. */
    public String foreignEni() {
        return model.create("another node's", "subnet-1", Map.of("enim:cluster", "test", "enim:node", "node-2"))
                .id();
    }

    /** Another party attaches an ENI of the cloud to this node. */
    public void attach(String eni) {
        model.attach(eni, instance.id(), -1);
    }

    /** A sandbox with a new file. */
    public Path sandbox(String name) {
        Path path = directory().resolve("ns-" + name);
        devices.createSandbox(path);
        return path;
    }

    /** ADDs a new endpoint with a sandbox of its own. */
    public Assignment add(String name) {
        return current().add(request(name).build());
    }

    /** To add a new endpoint with a sandbox of its own. */
    public AddRequest.Builder request(String name) {
        return AddRequest.forEndpoint(endpoint(name)).netns(sandbox(name));
    }

    public static AddRequest request(String name, Path sandbox) {
        return AddRequest.forEndpoint(endpoint(name)).netns(sandbox).build();
    }

    public static Endpoint endpoint(String name) {
        return Endpoint.of("default", name, "c-" + name);
    }

    /** The only finding of this kind has this outcome and evidence. */
    public static Finding only(GcReport report, Kind kind, Outcome outcome, String... evidence) {
        return only(report.findings(kind), kind, outcome, evidence);
    }

    /** The only finding is of this kind, with this outcome and evidence. */
    public static Finding only(List<Finding> findings, Kind kind, Outcome outcome, String... evidence) {
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.outcome()).isEqualTo(outcome);
            assertThat(evidence)
                    .allSatisfy(text -> assertThat(finding.evidence()).contains(text));
        });
        return findings.get(0);
    }

    /** The namespace of the ENI's device; {@code /} is the host's. */
    public Path locate(Eni eni) {
        return devices.whereIs(eni.mac()).orElseThrow();
    }

    public EniManager current() {
        return requireNonNull(manager, "not started");
    }

    /** Lets a tenant do something to its device. */
    public void tenant(Eni eni, Consumer<InMemoryDevice> deed) {
        devices.modifyDevice(eni.mac(), deed);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        delete();
    }

    /** The manager ends. */
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }

    /** The node ends for good; nothing of it hangs any more. */
    public void delete() {
        devices.faults().none();
        model.faults().release();
        close();
        directory.close();
    }
}
