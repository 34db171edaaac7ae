package io.enim.core.internal.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniMetrics;
import io.enim.EniState;
import io.enim.GcRequest;
import io.enim.MacAddress;
import io.enim.core.Overriding;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.core.internal.operation.AvailabilitySignal;
import io.enim.core.internal.operation.DeviceRepairs;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.DeviceEvent.Kind;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.testing.ManualClock;
import io.enim.testing.ManualScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an ENI that cannot be freed is tried again, on a host whose devices change ten times a second. */
final class QuarantineRetriesTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:02");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final InMemoryDevices inMemory = new InMemoryDevices();
    private final List<Duration> attempts = new ArrayList<>();
    private final Instant start = clock.instant();
    private RecordStore assignments;
    private RecordStore homes;
    private PerEndpointExecutor executor;
    private GcSchedule schedule;

    /** In place of that of the devices. */
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        throw failedAttempt();
    }

    /** In place of that of the devices. */
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> sandbox, Duration timeout) {
        throw failedAttempt();
    }

    private DeviceException failedAttempt() {
        attempts.add(Duration.between(start, clock.instant()));
        return new DeviceException(DeviceException.Kind.KERNEL, "restore", "eth1", "scripted");
    }

    @BeforeEach
    void anEniIsInQuarantine() {
        assignments = RecordStore.open(Disk.OF_THE_MACHINE, directory.resolve("a"), Durability.PROCESS, clock);
        homes = RecordStore.open(Disk.OF_THE_MACHINE, directory.resolve("h"), Durability.PROCESS, clock);
        NetworkDevices devices = Overriding.methods(NetworkDevices.class, inMemory, this);
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        Ledger ledger = Ledger.open(assignments, "boot");
        DeviceBaselines baselines = DeviceBaselines.open(homes, "boot", steps);
        ledger.put(quarantined());
        executor = new PerEndpointExecutor(Execution.JDK, 8, Thread::new, scheduler);
        ReleaseOperation release =
                new ReleaseOperation(ledger, baselines, null, devices, new AvailabilitySignal(), endpoint -> {});
        LivenessArbiter arbiter = new LivenessArbiter(
                Disk.OF_THE_MACHINE, List.of(), any -> false, any -> Optional.empty(), TIMEOUT, clock);
        TimelineRecorder timelines = new TimelineRecorder(clock, steps);
        GarbageCollector collector = new GarbageCollector(
                new AssignmentSweep(ledger, executor, release, timelines, arbiter, clock, TIMEOUT, TIMEOUT),
                new UnreadableSweep(ledger, baselines, devices, List::of, executor, timelines, null, TIMEOUT),
                new EniSweep(ledger, baselines, List::of, null, devices, executor, new DeviceRepairs(), steps, TIMEOUT),
                new Retries(clock),
                mode -> List.of(),
                ledger,
                EniMetrics.NONE,
                clock);
        schedule = new GcSchedule(
                collector,
                Execution.JDK,
                scheduler,
                scheduler,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                () -> 0.5);
    }

    private static Assignment quarantined() {
        Endpoint endpoint = Endpoint.of("default", "web", "c1");
        Eni eni = new Eni(
                "eni-1",
                MAC,
                Optional.of(EniAddress.parse("10.0.0.1", "10.0.0.0/16", "10.0.255.254")),
                Optional.empty(),
                "subnet-1",
                1,
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        DeviceBaseline baseline =
                new DeviceBaseline(MAC, "eth1", 2, 1500, 1000, 0, Map.of(), Optional.empty(), Optional.empty());
        return new Assignment(
                endpoint,
                eni,
                Phase.QUARANTINED,
                Optional.empty(),
                Optional.of(baseline),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                "scripted");
    }

    @AfterEach
    void close() {
        executor.close();
        assignments.close();
        homes.close();
    }

    private void event(Kind kind, MacAddress mac) {
        schedule.onEvent(new DeviceEvent(kind, Optional.ofNullable(mac)));
    }

    /** An hour, with such an event all the while. */
    private List<Duration> attemptsInAnHourOf(Kind kind, MacAddress mac) {
        schedule.start();
        for (int i = 0; i < 36_000; i++) {
            event(kind, mac);
            scheduler.advance(Duration.ofMillis(100));
        }
        return attempts;
    }

    @Test
    void p19_changesOfOtherDevicesRetryNothing() {
        attemptsInAnHourOf(Kind.ON_HOST, OTHER);
        assertThat(attempts)
                .as("at the timer's rounds, later and later")
                .extracting(Duration::toSeconds)
                .containsExactly(0L, 30L, 90L, 180L, 360L, 690L, 1350L, 2010L, 2670L, 3330L);
    }

    @Test
    void p19_goneNamespacesRetryNothing() {
        assertThat(attemptsInAnHourOf(Kind.NAMESPACE_GONE, null)).hasSize(10);
    }

    @Test
    void p19_anAttemptThatChangesItsOwnDeviceDoesNotGoOnInALoop() {
        assertThat(attemptsInAnHourOf(Kind.ON_HOST, MAC)).hasSizeBetween(10, 130);
    }

    @Test
    void p19_lostEventsMayBeItsOwnAndCostNoMore() {
        assertThat(attemptsInAnHourOf(Kind.EVENTS_LOST, null)).hasSizeBetween(10, 130);
    }

    @Test
    void p5_aChangeOfItsOwnDeviceRetriesItAtOnce() {
        schedule.start();
        scheduler.advance(Duration.ofSeconds(1000));
        int before = attempts.size();
        event(Kind.ON_HOST, OTHER);
        scheduler.advance(Duration.ofSeconds(2));
        assertThat(attempts).hasSize(before);
        event(Kind.ON_HOST, MAC);
        scheduler.advance(Duration.ofMillis(60));
        assertThat(attempts).hasSize(before + 1);
    }

    @Test
    void p5_aChangeThatCameWithAStormOfOthersCountsToo() {
        schedule.start();
        scheduler.advance(Duration.ofSeconds(1000));
        int before = attempts.size();
        event(Kind.ON_HOST, MAC);
        for (long i = 0; i < 5000; i++) {
            event(Kind.ON_HOST, new MacAddress(0x0200_0000_1000L + i));
        }
        scheduler.advance(Duration.ofMillis(60));
        assertThat(attempts).hasSize(before + 1);
    }

    @Test
    void aCallerWhoAsksIsServedAtOnce() {
        schedule.start();
        scheduler.advance(Duration.ofSeconds(1000));
        int before = attempts.size();
        new Thread(() -> schedule.run(GcRequest.full())).start();
        Awaitility.await().pollInSameThread().until(() -> {
            scheduler.runDue();
            return attempts.size() == before + 1;
        });
    }
}
