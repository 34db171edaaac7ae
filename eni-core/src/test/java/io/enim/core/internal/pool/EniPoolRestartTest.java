package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.count;
import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.LedgerException;
import io.enim.RetryableProviderException;
import io.enim.core.CrashFailPoint;
import io.enim.core.CrashFailPoint.CrashError;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.testing.ManualScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pool knows after a crash. */
final class EniPoolRestartTest extends PoolFixture {
    private Eni eni;

    static Stream<Arguments> points() {
        return Arrays.stream(Step.values())
                .filter(step -> step.name().startsWith("POOL_"))
                .flatMap(step -> Arrays.stream(FailPoint.Side.values())
                        .flatMap(side -> Stream.of(0, 1).map(n -> Arguments.of(step, side, n))));
    }

    /** Provisions, serves, takes back, retires; crashes at one fail point; then nothing may be lost. */
    @ParameterizedTest
    @MethodSource("points")
    void p5_f5_f6_deadAtAnyPointNothingIsLost(Step step, FailPoint.Side side, int occurrence) {
        with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        CrashFailPoint crash = new CrashFailPoint();
        crash.arm(step, side, occurrence);
        failPoint = crash;
        EniPool pool = startWarm();
        for (int i = 1; i <= 3; i++) {
            serve(pool, endpoint(i));
            passSeconds(10);
        }
        for (int i = 1; i <= 2 && !crash.isDead(); i++) {
            giveBack(pool, i, crash);
        }
        pass(Duration.ofMinutes(10));
        assertThat(crash.isDead()).as("%s %s is on the way", step, side).isTrue();

        failPoint = FailPoint.NONE;
        EniPool next = restart(pool);
        pass(Duration.ofHours(2));
        held.forEach((endpoint, id) ->
                assertThat(next.allocateNextEni(endpoint).id()).isEqualTo(id));
        assertThat(next.counts()).isEqualTo(expected());
        assertThatTheCloudHasNoOther(next);
        assertThat(intentsOnDisk()).isEmpty();
        assertThat(next.problems()).isEmpty();
    }

    private Map<EniState, Integer> expected() {
        return held.isEmpty() ? Map.of(EniState.READY, 2) : Map.of(EniState.READY, 2, EniState.IN_USE, held.size());
    }

    /** The manager forgets the endpoint first, and releases then: if it dies in between, its ledger has no entry. */
    private void giveBack(EniPool pool, int n, CrashFailPoint crash) {
        held.remove(endpoint(n));
        try {
            pool.deallocateEni(endpoint(n));
        } catch (CrashError e) {
            assertThat(crash.isDead()).isTrue();
        }
    }

    private List<String> intentsOnDisk() {
        try (Stream<Path> files = Files.list(state)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("create-") || name.startsWith("retire-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void p1_whatTheLedgerHoldsIsAdoptedBeforeAnythingIsOffered() {
        EniPool pool = startWarm();
        eni = hold(pool);
        // Its device is in the endpoint's namespace, not on the host.
        devices.unplug(eni.mac());
        EniPool next = restart(pool);
        passSeconds(10);
        assertThat(next.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(next.allocateNextEni(endpoint(2)).id()).isNotEqualTo(eni.id());
        next.deallocateEni(endpoint(1));
        assertThat(ids(next, EniState.RECYCLING)).containsExactly(eni.id());
    }

    @Test
    void p1_anUnknownAttachedEniIsOfferedOnlyWithItsDeviceOnTheHost() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        eni = pool.allocateNextEni(endpoint(1));
        passSeconds(10);
        // The run directory was lost, the container still runs.
        devices.unplug(eni.mac());
        EniPool next = restart(pool);
        pass(Duration.ofHours(1));
        assertThat(ids(next, EniState.READY)).doesNotContain(eni.id());
        assertThat(ids(next, EniState.QUARANTINED)).containsExactly(eni.id());
        assertThat(cloud.count(CloudCall.DETACH)).isZero();
        devices.plugIn(eni.mac());
        passSeconds(5);
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    /** The cloud's descriptions lack the ENI that endpoint 1 holds. */
    private EniPool restartWithHiddenEni() {
        EniPool pool = startWarm();
        eni = hold(pool);
        passSeconds(10);
        cloud.hidden.add(eni.id());
        return restart(pool);
    }

    @Test
    void f3_anEniThatIsHeldAndNotDescribedStaysHeldAndIsReported() {
        EniPool next = restartWithHiddenEni();
        passSeconds(30);
        assertThatThrownBy(() -> next.allocateNextEni(endpoint(1)))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining(eni.id());
        assertThat(next.problems()).anyMatch(text -> text.contains(eni.id()) && text.contains("pod-1"));
        cloud.hidden.clear();
        pass(Duration.ofMinutes(7));
        assertThat(next.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(next.problems()).isEmpty();
    }

    @Test
    void f3_releasedWhileNotDescribedItComesBackCooledDown() {
        EniPool next = restartWithHiddenEni();
        passSeconds(5);
        next.deallocateEni(endpoint(1));
        assertThat(next.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
        cloud.hidden.clear();
        pass(Duration.ofMinutes(10));
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    /** It takes a slot of the instance until it is missed. */
    @ParameterizedTest
    @ValueSource(ints = {-3650, 0, 3650})
    void p14_p20_aNewEniThatIsGoneIsMissedThoughTheClockWasWrong(int days) {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        Instant time = clock.instant();
        scheduler.setClock(time.plus(Duration.ofDays(days)));
        cloud.failAlways(CloudCall.ATTACH, TestCloud.lost());
        EniPool pool = startWarm();
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(1);
        close(pool);
        cloud.enis.clear();
        cloud.heal();
        clock.set(time);
        scheduler = new ManualScheduler(clock);
        EniPool next = start();
        pass(Duration.ofMinutes(20));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(intentsOnDisk()).isEmpty();
    }

    /** The cloud shows it late; two descriptions that did not do not prove that it is gone. */
    @ParameterizedTest
    @ValueSource(ints = {-3650, 0, 3650})
    void p14_p5_aNewEniThatIsShownLateIsKeptThoughTheClockWasSet(int days) {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 0);
        EniPool pool = startWarm();
        scheduler.setClock(clock.instant().plus(Duration.ofDays(days)));
        cloud.lie = shown -> List.of();
        assertNoneIsFree(pool, endpoint(1));
        pass(Duration.ofMinutes(3));
        assertThat(cloud.enis).hasSize(1);
        cloud.lie = shown -> shown;
        pass(Duration.ofMinutes(3));
        assertThat(ids(pool, EniState.READY)).containsExactlyElementsOf(cloud.enis.keySet());
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(1);
    }

    @Test
    void f26_aCooldownOutlivesTheProcess() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ofMinutes(5));
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        EniPool next = restart(pool);
        pass(Duration.ofMinutes(4));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        pass(Duration.ofMinutes(2));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void f26_aCooldownWhoseRecordCannotBeReadBeginsAgain() throws IOException {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ofMinutes(5));
        EniPool pool = startWarm();
        String id = pool.allocateNextEni(endpoint(1)).id();
        pool.deallocateEni(endpoint(1));
        pass(Duration.ofMinutes(4));
        Files.writeString(state.resolve("rest-" + id + ".rec"), "torn");
        EniPool next = restart(pool);
        pass(Duration.ofMinutes(4));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        pass(Duration.ofMinutes(2));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void aCooldownWaitsForNoDiskToFlush() {
        List<Object> flushed = new ArrayList<>();
        Disk counting = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("sync") || List.of(arguments).contains(Durability.MACHINE)) {
                        flushed.add(method);
                    }
                    return method.invoke(Disk.OF_THE_MACHINE, arguments);
                });
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        try (PoolStateStore store = PoolStateStore.open(counting, state, clock, steps)) {
            store.recordCooldown("eni-a", clock.instant());
            store.forgetCooldown("eni-a");
            assertThat(flushed).isEmpty();
            store.record(Step.POOL_RECORD_RETIRE, CloudIntent.retire("eni-a", clock.instant()));
            assertThat(flushed).as("an intent is flushed").hasSize(2);
        }
    }

    @Test
    void f4_aCloudThatIsDownAtTheStartIsWaitedFor() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        eni = hold(pool);
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.lost());
        EniPool next = restart(pool);
        pass(Duration.ofMinutes(5));
        next.deallocateEni(endpoint(1));
        held.clear();
        cloud.heal();
        pass(Duration.ofMinutes(10));
        assertThat(count(next, EniState.IN_USE)).isZero();
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    @Test
    void tornAndUnknownRecordsAreSetAsideAndReported() throws IOException {
        Files.createDirectories(state);
        Files.writeString(state.resolve("create-x.rec"), "enim-record 1\nkind=cre");
        Files.writeString(state.resolve("rest-eni-1.rec"), "enim-record 9\nsum=00000000\n");
        Files.writeString(state.resolve("noise"), "noise");
        EniPool pool = startWarm();
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.problems()).hasSize(3).allMatch(text -> text.contains("set-aside"));
        try (Stream<Path> aside = Files.list(state.resolve("set-aside"))) {
            assertThat(aside).hasSize(3);
        }
    }

    @Test
    void anIntentOfUnknownMeaningIsSetAside() throws IOException {
        close(start());
        try (RecordStore records = RecordStore.open(Disk.OF_THE_MACHINE, state, Durability.PROCESS, clock)) {
            records.put("create-t", Map.of("kind", "create", "token", "../x", "since", "2026-01-01T00:00:00Z"));
            records.put("retire-e", Map.of("kind", "explode", "eni", "e", "since", "2026-01-01T00:00:00Z"));
            records.put("retire-f", Map.of("kind", "retire", "eni", "another", "since", "2026-01-01T00:00:00Z"));
            records.putPending("retire-g", Map.of("kind", "retire", "eni", "g", "since", "2026-01-01T00:00:00Z"));
        }
        scheduler = new ManualScheduler(clock);
        EniPool next = start();
        passSeconds(10);
        assertThat(next.problems()).hasSize(4).allMatch(text -> text.contains("set-aside"));
        assertThat(cloud.count(CloudCall.DETACH) + cloud.count(CloudCall.DELETE))
                .isZero();
    }

    @Test
    void aRetirementThatContradictsTheLedgerIsDropped() throws IOException {
        with(EniSetting.POOL_WARM, 0);
        cloud.addAttached("eni-a", Optional.of(TestCloud.OURS));
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        try (PoolStateStore store = PoolStateStore.open(Disk.OF_THE_MACHINE, state, clock, steps)) {
            store.record(Step.POOL_RECORD_RETIRE, CloudIntent.retire("eni-a", clock.instant()));
        }
        held.put(endpoint(1), "eni-a");
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(ids(pool, EniState.IN_USE)).containsExactly("eni-a");
        assertThat(cloud.mutations()).isZero();
        assertThat(intentsOnDisk()).isEmpty();
    }

    @Test
    void twoPoolsOnOneDirectoryAreRefused() {
        EniPool pool = start();
        assertThatThrownBy(this::start)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        passSeconds(10);
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
    }

    @Test
    void aDiskThatRefusesStopsGrowthAndNotTheRelease() throws IOException {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        Path moved = state.resolveSibling("moved");
        Files.move(state, moved);
        pool.deallocateEni(endpoint(1));
        assertThat(count(pool, EniState.RECYCLING)).isEqualTo(1);
        assertThat(pool.problems()).anyMatch(text -> text.contains("cannot be written"));
        passSeconds(60);
        long created = cloud.count(CloudCall.CREATE);
        assertThat(created).isEqualTo(1);
        Files.move(moved, state);
        pass(Duration.ofMinutes(5));
        pool.allocateNextEni(endpoint(2));
        pass(Duration.ofMinutes(5));
        assertThat(pool.problems()).isEmpty();
    }
}
