package io.enim.core.simulation;

import io.enim.Cidr;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.core.BuilderSeams;
import io.enim.core.Enim;
import io.enim.core.TestNode;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.Liveness;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The machine and its cloud: what outlives a process. Starts managers on them, each in a process of its own. */
final class SimulatedNode {
    static final String FOREIGN = "eni-00000001";

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final Path ROOT = Path.of("/simulated");
    private static final Path RUN = ROOT.resolve("run");
    private static final OwnerTag OURS = new OwnerTag("test", "node-1");

    final Scheduler scheduler;
    final SimulatedPace pace;
    final Chaos chaos;
    final InMemoryDevices devices = new InMemoryDevices();
    final Sandboxes sandboxes = new Sandboxes(devices);
    final SimulatedDisk disk;
    final NodeOracle oracle;
    final CooldownOracle cooldowns;
    final CallOracle calls;
    final Trouble trouble;
    final SimulatedRegion region;
    final int maxEnis;
    final int maxOperations;
    final Duration delTimeout;

    private final Instance instance;
    private final Map<EniSetting, String> settings = new LinkedHashMap<>();
    private final boolean hasRuntime;
    /** Otherwise the machine is always shut down in order, and the run directory is on the disk. */
    private final boolean losesFiles;

    private final List<SimulatedProcess> processes = new ArrayList<>();
    private Duration clockAhead = Duration.ZERO;
    private final Flaw flaw;

    SimulatedNode(Scheduler scheduler, Flaw flaw) {
        this.flaw = flaw;
        flaw.node = this;
        Random random = scheduler.newRandom();
        this.scheduler = scheduler;
        this.trouble = new Trouble(scheduler);
        this.maxEnis = 1 + random.nextInt(6);
        this.maxOperations = 8 + random.nextInt(30);
        Duration cooldown = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(30);
        // Each step takes some after its bound, namely those that run, and a step may have several calls.
        this.calls = new CallOracle(scheduler, 2 * maxOperations + 20, what -> oracle().violated(what));
        this.pace = new SimulatedPace(scheduler, calls);
        this.chaos = new Chaos(pace);
        this.disk = new SimulatedDisk(chaos, pace, sandboxes, random, what -> oracle().violated(what));
        this.cooldowns = new CooldownOracle(scheduler, cooldown, what -> oracle().violated(what));
        this.oracle = new NodeOracle(devices, cooldowns, disk::isLocked);
        this.instance = new Instance("i-1", "zone-a", maxEnis);
        this.region = new SimulatedRegion(trueTime())
                .addSubnet(new Subnet(
                        "subnet-1",
                        "zone-a",
                        Optional.of(Cidr.parse("10.0.0.0/16")),
                        Optional.of(Cidr.parse("2001:db8::/64"))))
                .addInstance(instance)
                .addInstance(new Instance("i-2", "zone-a", 8))
                .plug(instance.id(), new InMemoryPlug(devices))
                .latencies(random.nextBoolean() ? Latencies.NONE : slow(random));
        region.create("foreign", "subnet-1", Map.of("enim:cluster", "test", "enim:node", "node-2"));
        this.hasRuntime = random.nextBoolean();
        this.losesFiles = random.nextInt(4) != 0;
        set(EniSetting.POOL_MIN, random.nextInt(maxEnis + 1));
        set(EniSetting.POOL_WARM, random.nextInt(maxEnis + 1));
        set(EniSetting.POOL_COOLDOWN, flaw.cooldown(cooldown));
        settings.put(EniSetting.GC_INTERVAL, random.nextBoolean() ? "5m" : "20m");
        set(EniSetting.MAX_OPERATIONS, maxOperations);
        this.delTimeout = Duration.ofSeconds(random.nextBoolean() ? 30 : 90);
        set(EniSetting.DEL_TIMEOUT, delTimeout);
        set(EniSetting.CLOSE_TIMEOUT, Duration.ofSeconds(1 + random.nextInt(20)));
        set(EniSetting.CLOUD_TIMEOUT, Duration.ofSeconds(5 + random.nextInt(26)));
    }

    private NodeOracle oracle() {
        return oracle;
    }

    private static Latencies slow(Random random) {
        return new Latencies(
                Duration.ofSeconds(random.nextInt(5)),
                Duration.ofSeconds(random.nextInt(20)),
                Duration.ofSeconds(random.nextInt(20)));
    }

    private void set(EniSetting setting, Duration value) {
        settings.put(setting, value.toSeconds() + "s");
    }

    private void set(EniSetting setting, int value) {
        settings.put(setting, Integer.toString(value));
    }

    SimulatedProcess newProcess() {
        SimulatedProcess process = new SimulatedProcess(
                scheduler, processes.size() + 1, chaos, e -> oracle.violated("P15: a thread ended with " + e));
        processes.add(process);
        return process;
    }

    /** Builds a manager; called on a thread of its process. */
    EniManager start(SimulatedProcess process, Liveness runtime) {
        EniSettings.Builder set = EniSettings.builder("node-1")
                .set(EniSetting.CLUSTER, "test")
                .set(EniSetting.PROVIDER, "test")
                .set(EniSetting.RUN_DIR, RUN)
                .set(EniSetting.STATE_DIR, ROOT.resolve("state"));
        settings.forEach(set::set);
        Enim.Builder builder = Enim.builder(set.build())
                .devices(flaw.around(new SimulatedDevices(devices, process, chaos, oracle), devices))
                .clocks(this::wallTime, () -> elapsedTime(process))
                .metrics(metrics());
        BuilderSeams.machine(builder, process, disk.of(process));
        BuilderSeams.failPoint(builder, (step, side) -> pace.cross());
        if (hasRuntime) {
            builder.liveness(assignment -> {
                Liveness.Verdict verdict = chaos.call(Place.LIVENESS, "assess", () -> runtime.assess(assignment));
                return chaos.isMalformed(Place.LIVENESS) ? null : verdict;
            });
        }
        return flaw.around(TestNode.build(
                builder,
                context -> flaw.around(new SimulatedProvider(
                        context.pool(new SimulatedCloud(
                                new FakeCloud(region, OURS, instance), chaos, scheduler.newRandom(), oracle)),
                        chaos))));
    }

    void flipBit() {
        disk.flipBit(RUN.resolve("assignments"));
    }

    private Instant wallTime() {
        return trueTime().instant().plus(clockAhead);
    }

    private long elapsedTime(SimulatedProcess process) {
        return process.nanoTime() + (flaw.measuresOnTheWall() ? clockAhead.toNanos() : 0);
    }

    /** {@code close()} has returned. */
    void closed(SimulatedProcess process) {
        if (flaw.unlocksEarly()) {
            disk.died(process);
        }
    }

    private EniMetrics metrics() {
        return new EniMetrics() {
            @Override
            public void operation(String operation, String outcome, Duration took) {
                chaos.call(Place.METRICS, "metrics.operation", () -> true);
            }

            @Override
            public void step(String step, String outcome, Duration took) {
                chaos.call(Place.METRICS, "metrics.step", () -> true);
            }

            @Override
            public void enis(Map<EniState, Integer> counts) {
                chaos.call(Place.METRICS, "metrics.enis", () -> true);
            }
        };
    }

    void kill(SimulatedProcess process) {
        process.kill();
        disk.died(process);
    }

    void losePower() {
        processes.forEach(this::kill);
        if (losesFiles) {
            disk.losePower(RUN);
        }
        disk.boot();
        cooldowns.forget();
    }

    void stepClock(Duration step) {
        clockAhead = clockAhead.plus(step);
        cooldowns.forget();
    }

    List<SimulatedProcess> processes() {
        return processes;
    }

    private Clock trueTime() {
        InstantSource source = () -> EPOCH.plusNanos(scheduler.now());
        return source.withZone(ZoneOffset.UTC);
    }
}
