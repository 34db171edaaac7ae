package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.World.count;
import static io.enim.core.internal.pool.World.endpoint;
import static io.enim.core.internal.pool.World.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.RetryableProviderException;
import io.enim.core.internal.state.Durability;
import io.enim.core.internal.state.RecordDirectory;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepProbe;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.fake.time.ManualScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pool knows after a crash. */
final class EniPoolRestartTest {
    @TempDir
    Path state;

    private World world;

    @BeforeEach
    void setUp() {
        world = new World(state);
    }

    @AfterEach
    void noCloudWouldForgive() {
        assertThat(world.cloud.violations).isEmpty();
    }

    /** From one point on, nothing this process does has an effect any more. */
    private static final class Death implements StepProbe {
        private final Step at;
        private final Side side;
        private int before;
        private boolean dead;

        Death(Step at, Side side, int before) {
            this.at = at;
            this.side = side;
            this.before = before;
        }

        @Override
        public void at(Step step, Side reached) {
            if (!dead && step == at && reached == side && before-- == 0) {
                dead = true;
            }
            if (dead) {
                throw new IllegalStateException("dead since " + at + " " + side);
            }
        }
    }

    static Stream<Arguments> points() {
        return Arrays.stream(Step.values())
                .filter(step -> step.name().startsWith("POOL_"))
                .flatMap(step -> Arrays.stream(StepProbe.Side.values())
                        .flatMap(side -> Stream.of(0, 1).map(n -> Arguments.of(step, side, n))));
    }

    /** Grow, serve, give back, retire; dead at one point on the way; then see that nothing is lost. */
    @ParameterizedTest
    @MethodSource("points")
    void p5_f5_f6_deadAtAnyPointNothingIsLost(Step step, StepProbe.Side side, int occurrence) {
        world.with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        world.cloud.detachTakesTime = false;
        Death death = new Death(step, side, occurrence);
        world.probe = death;
        EniPool pool = world.start();
        world.passSeconds(10);
        for (int i = 1; i <= 3; i++) {
            serve(pool, i);
            world.passSeconds(10);
        }
        for (int i = 1; i <= 2 && !death.dead; i++) {
            giveBack(pool, i, death);
        }
        world.pass(Duration.ofMinutes(10));
        assertThat(death.dead).as("%s %s is on the way", step, side).isTrue();

        world.probe = StepProbe.NONE;
        EniPool next = world.restart(pool);
        world.pass(Duration.ofHours(2));
        world.held.forEach((endpoint, id) ->
                assertThat(next.allocateNextEni(endpoint).id()).isEqualTo(id));
        assertThat(next.counts()).isEqualTo(expected());
        assertThat(world.cloud.enis.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        next.list().stream().map(Eni::id).toList());
        assertThat(intentsOnDisk()).isEmpty();
        assertThat(next.complaints()).isEmpty();
    }

    private Map<EniState, Integer> expected() {
        return world.held.isEmpty()
                ? Map.of(EniState.READY, 2)
                : Map.of(EniState.READY, 2, EniState.IN_USE, world.held.size());
    }

    /** As the manager does it: what was handed out stands in its ledger. */
    private void serve(EniPool pool, int n) {
        try {
            world.held.put(endpoint(n), pool.allocateNextEni(endpoint(n)).id());
        } catch (NoEniAvailableException e) {
            assertThat(e.counts()).doesNotContainKey(EniState.READY);
        }
    }

    /** The manager forgets the endpoint first, and releases then: dead in between, its ledger knows it no more. */
    private void giveBack(EniPool pool, int n, Death death) {
        world.held.remove(endpoint(n));
        try {
            pool.deallocateEni(endpoint(n));
        } catch (IllegalStateException e) {
            assertThat(death.dead).isTrue();
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
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.held.put(endpoint(1), eni.id());
        // Its device is in the endpoint's namespace, not at home.
        world.devices.unplug(eni.mac());
        EniPool next = world.restart(pool);
        world.passSeconds(10);
        assertThat(next.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(next.allocateNextEni(endpoint(2)).id()).isNotEqualTo(eni.id());
        next.deallocateEni(endpoint(1));
        assertThat(ids(next, EniState.RECYCLING)).containsExactly(eni.id());
    }

    @Test
    void p1_anAttachedEniThatNobodyKnowsIsOfferedOnlyWithItsDeviceAtHome() {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.passSeconds(10);
        // The run directory was lost, the container lives on.
        world.devices.unplug(eni.mac());
        EniPool next = world.restart(pool);
        world.pass(Duration.ofHours(1));
        assertThat(ids(next, EniState.READY)).doesNotContain(eni.id());
        assertThat(ids(next, EniState.QUARANTINED)).containsExactly(eni.id());
        assertThat(world.cloud.count(Call.DETACH)).isZero();
        world.devices.plug(eni.mac());
        world.passSeconds(5);
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    @Test
    void f3_anEniThatIsHeldAndNotDescribedStaysHeldAndIsSaid() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.held.put(endpoint(1), eni.id());
        world.passSeconds(10);
        world.cloud.hidden.add(eni.id());
        EniPool next = world.restart(pool);
        world.passSeconds(30);
        assertThatThrownBy(() -> next.allocateNextEni(endpoint(1)))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining(eni.id());
        assertThat(next.complaints()).anyMatch(text -> text.contains(eni.id()) && text.contains("pod-1"));
        world.cloud.hidden.clear();
        world.pass(Duration.ofMinutes(7));
        assertThat(next.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(next.complaints()).isEmpty();
    }

    @Test
    void f3_releasedWhileNotDescribedItComesBackRested() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.held.put(endpoint(1), eni.id());
        world.passSeconds(10);
        world.cloud.hidden.add(eni.id());
        EniPool next = world.restart(pool);
        world.passSeconds(5);
        next.deallocateEni(endpoint(1));
        assertThat(next.allocateNextEni(endpoint(1)).id()).isNotEqualTo(eni.id());
        world.cloud.hidden.clear();
        world.pass(Duration.ofMinutes(10));
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    @Test
    void f26_aCooldownOutlivesTheProcess() {
        world.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ofMinutes(5));
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        EniPool next = world.restart(pool);
        world.pass(Duration.ofMinutes(4));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        world.pass(Duration.ofMinutes(2));
        assertThat(next.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void f4_aCloudThatIsDownAtTheStartIsWaitedFor() {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.held.put(endpoint(1), eni.id());
        world.cloud.failAlways(Call.DESCRIBE, TestCloud.lost());
        EniPool next = world.restart(pool);
        world.pass(Duration.ofMinutes(5));
        next.deallocateEni(endpoint(1));
        world.held.clear();
        world.cloud.heal();
        world.pass(Duration.ofMinutes(10));
        assertThat(count(next, EniState.IN_USE)).isZero();
        assertThat(ids(next, EniState.READY)).contains(eni.id());
    }

    @Test
    void tornAndUnknownRecordsAreSetAsideAndSaid() throws IOException {
        Files.createDirectories(state);
        Files.writeString(state.resolve("create-x.rec"), "enim-record 1\nkind=cre");
        Files.writeString(state.resolve("rest-eni-1.rec"), "enim-record 9\nsum=00000000\n");
        Files.writeString(state.resolve("noise"), "noise");
        EniPool pool = world.start();
        world.passSeconds(10);
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.complaints()).hasSize(3).allMatch(text -> text.contains("set-aside"));
        try (Stream<Path> aside = Files.list(state.resolve("set-aside"))) {
            assertThat(aside).hasSize(3);
        }
    }

    @Test
    void anIntentWithAMeaningNobodyKnowsIsSetAside() throws IOException {
        EniPool pool = world.start();
        pool.close();
        try (RecordDirectory records = RecordDirectory.open(state, Durability.PROCESS, world.clock)) {
            records.put("create-t", Map.of("kind", "create", "token", "../x", "since", "2026-01-01T00:00:00Z"));
            records.put("retire-e", Map.of("kind", "explode", "eni", "e", "since", "2026-01-01T00:00:00Z"));
            records.put("retire-f", Map.of("kind", "retire", "eni", "another", "since", "2026-01-01T00:00:00Z"));
        }
        world.scheduler = new ManualScheduler(world.clock);
        EniPool next = world.start();
        world.passSeconds(10);
        assertThat(next.complaints()).hasSize(3);
        assertThat(world.cloud.count(Call.DETACH) + world.cloud.count(Call.DELETE))
                .isZero();
    }

    @Test
    void aRetirementThatContradictsTheLedgerIsDropped() throws IOException {
        world.with(EniSetting.POOL_WARM, 0);
        world.cloud.add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS));
        try (StateStore store = StateStore.open(state, world.clock)) {
            store.record(Intent.retire("eni-a", world.clock.instant()));
        }
        world.held.put(endpoint(1), "eni-a");
        EniPool pool = world.start();
        world.pass(Duration.ofHours(1));
        assertThat(ids(pool, EniState.IN_USE)).containsExactly("eni-a");
        assertThat(world.cloud.mutations()).isZero();
        assertThat(intentsOnDisk()).isEmpty();
    }

    @Test
    void twoPoolsOnOneDirectoryAreRefused() {
        EniPool pool = world.start();
        assertThatThrownBy(world::start)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        world.passSeconds(10);
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
    }

    @Test
    void aDiskThatRefusesStopsGrowthAndNotTheRelease() throws IOException {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        Path moved = state.resolveSibling("moved");
        Files.move(state, moved);
        pool.deallocateEni(endpoint(1));
        assertThat(count(pool, EniState.RECYCLING)).isEqualTo(1);
        assertThat(pool.complaints()).anyMatch(text -> text.contains("cannot be written"));
        world.passSeconds(60);
        long created = world.cloud.count(Call.CREATE);
        assertThat(created).isEqualTo(1);
        Files.move(moved, state);
        world.pass(Duration.ofMinutes(5));
        pool.allocateNextEni(endpoint(2));
        world.pass(Duration.ofMinutes(5));
        assertThat(pool.complaints()).isEmpty();
    }
}
