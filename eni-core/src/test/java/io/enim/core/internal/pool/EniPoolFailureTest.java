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
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the pool does when the cloud or the devices fail; numbers are those of the known failures of such systems. */
final class EniPoolFailureTest {
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

    /** The probe gives in after a while: a pool that asks without a pause would otherwise never end. */
    @Test
    void p8_aDiskThatDoesNotForgetIsAskedAgainLaterAndLater() {
        AtomicInteger refusals = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean();
        world.probe = (step, side) -> {
            if (step == Step.POOL_FORGET_INTENT && refuses.get() && refusals.incrementAndGet() < 1000) {
                throw new LedgerException("forget an intent in", state, "no space left", null);
            }
        };
        world.with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        world.passSeconds(10);
        pool.deallocateEni(endpoint(1));
        refuses.set(true);

        world.pass(Duration.ofMinutes(30));

        assertThat(refusals).hasValueBetween(2, 60);
        refuses.set(false);
        world.pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(world.cloud.enis).hasSize(2);
    }

    @Test
    void f1_f13_anEniInUseOutlivesADescriptionThatLacksIt() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        world.cloud.hidden.add(eni.id());
        world.pass(Duration.ofHours(1));
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.holder()).contains(endpoint(1));
        });
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(pool.complaints()).anyMatch(text -> text.contains(eni.id()));
        assertThat(world.cloud.count(Call.DETACH) + world.cloud.count(Call.DELETE))
                .isZero();
        world.cloud.hidden.clear();
        world.pass(Duration.ofMinutes(10));
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void f13_aFreeEniNeedsTwoDescriptionsToBeGone() {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        String id = ids(pool, EniState.READY).get(0);
        world.cloud.hidden.add(id);
        while (world.cloud.count(Call.DESCRIBE) > 0 && pool.complaints().isEmpty()) {
            world.passSeconds(1);
        }
        assertThat(ids(pool, EniState.READY)).contains(id);
        world.pass(Duration.ofMinutes(2));
        assertThat(pool.list()).noneMatch(eni -> eni.id().equals(id));
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }

    @Test
    void f2_whatTheCloudDoesNotConfirmIsNotOffered() {
        world.cloud.attachTakesTime = true;
        EniPool pool = world.start();
        world.passSeconds(20);
        world.cloud.enis.values().forEach(eni -> world.devices.plug(eni.mac()));
        world.passSeconds(20);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 2));
        for (String id : world.cloud.enis.keySet().toArray(String[]::new)) {
            world.cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        }
        world.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(world.cloud.count(Call.ATTACH)).isEqualTo(2);
    }

    @Test
    void f8_deleteWaitsUntilTheDetachmentIsSeen() {
        world.cloud.detachTakesTime = true;
        world.with(EniSetting.POOL_WARM, 0);
        EniPool pool = world.start();
        String id = world.cloud
                .add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS))
                .id();
        world.pass(Duration.ofMinutes(30));
        assertThat(world.cloud.count(Call.DETACH)).isEqualTo(1);
        assertThat(world.cloud.count(Call.DELETE)).isZero();
        assertThat(ids(pool, EniState.DETACHING)).containsExactly(id);
        world.cloud.become(id, Status.AVAILABLE, Optional.empty());
        world.pass(Duration.ofMinutes(30));
        assertThat(world.cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void f9_f14_atTheLimitTheLessonIsKeptAndNothingIsTriedInALoop() {
        world.cloud.hardLimit = 2;
        world.with(EniSetting.POOL_WARM, 4);
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(world.cloud.enis).hasSize(2);
        assertThat(pool.complaints()).anyMatch(text -> text.contains("refused more than 2"));
        long before = world.cloud.mutations();
        world.pass(Duration.ofMinutes(9));
        assertThat(world.cloud.mutations()).isEqualTo(before);
    }

    @Test
    void f9_theLessonIsForgottenSlowly() {
        world.cloud.hardLimit = 2;
        world.with(EniSetting.POOL_WARM, 4);
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(10));
        world.cloud.hardLimit = 100;
        world.pass(Duration.ofHours(4));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 4));
    }

    @Test
    void f14_anIdleNodeOnlyLooks() {
        EniPool pool = world.start();
        world.passSeconds(60);
        long mutations = world.cloud.mutations();
        long looks = world.cloud.count(Call.DESCRIBE);
        world.pass(Duration.ofHours(1));
        assertThat(world.cloud.mutations()).isEqualTo(mutations);
        // Every five minutes, a quarter either way.
        assertThat(world.cloud.count(Call.DESCRIBE) - looks).isBetween(9L, 17L);
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void f14_theToldLimitIsNeverPassed() {
        world.cloud.toldLimit = 3;
        world.with(EniSetting.POOL_WARM, 8);
        EniPool pool = world.start();
        world.pass(Duration.ofHours(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
        assertThat(world.cloud.count(Call.CREATE)).isEqualTo(3);
    }

    @Test
    void f10_anInstanceThatIsGoneGetsNoMoreEnis() {
        world.cloud.failAlways(Call.CREATE, TestCloud.refused(Refusal.INSTANCE_GONE));
        EniPool pool = world.start();
        world.pass(Duration.ofHours(1));
        assertThat(world.cloud.count(Call.CREATE)).isLessThan(20);
        assertThat(pool.complaints()).anyMatch(text -> text.contains("INSTANCE_GONE"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"NOT_PERMITTED", "SUBNET_FULL", "THROTTLED", "UNAVAILABLE", "OTHER", "TOKEN_MISMATCH"})
    void aRefusalOpensABreakerThatClosesWhenItIsOver(Refusal refusal) {
        world.cloud.failAlways(
                Call.CREATE,
                refusal == Refusal.THROTTLED || refusal == Refusal.UNAVAILABLE
                        ? TestCloud.retryable(refusal)
                        : TestCloud.refused(refusal));
        EniPool pool = world.start();
        world.pass(Duration.ofHours(1));
        assertThat(world.cloud.count(Call.CREATE)).isBetween(2L, 200L);
        assertThat(pool.complaints()).anyMatch(text -> text.contains(refusal.name()));
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        world.cloud.heal();
        world.pass(Duration.ofHours(1));
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void f15_demandWithoutEndIsBounded() {
        world.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MAX, 4);
        EniPool pool = world.start();
        world.passSeconds(5);
        for (int i = 0; i < 5000; i++) {
            int n = i;
            assertThatThrownBy(() -> pool.allocateNextEni(endpoint(n))).isInstanceOf(NoEniAvailableException.class);
        }
        world.pass(Duration.ofMinutes(30));
        assertThat(world.cloud.count(Call.CREATE)).isEqualTo(4);
    }

    @Test
    void f16_aDeviceThatNeverAppearsIsQuarantinedAndReplaced() {
        world.cloud.devicesAppear = false;
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));
        world.passSeconds(120);
        assertThat(ids(pool, EniState.QUARANTINED)).hasSize(1);
        assertThat(pool.complaints()).anyMatch(text -> text.contains("quarantined") && text.contains("150 s"));
        world.cloud.devicesAppear = true;
        world.cloud.enis.values().stream()
                .filter(eni -> ids(pool, EniState.ATTACHING).contains(eni.id()))
                .forEach(eni -> world.devices.plug(eni.mac()));
        world.passSeconds(20);
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
        world.pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(world.cloud.enis).hasSize(1);
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void f16_aDeviceThatAppearsLateIsStillUsed() {
        world.cloud.devicesAppear = false;
        world.with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_MAX, 1);
        EniPool pool = world.start();
        world.passSeconds(200);
        assertThat(count(pool, EniState.QUARANTINED)).isEqualTo(1);
        world.cloud.enis.values().forEach(eni -> world.devices.plug(eni.mac()));
        world.passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void p2_f17_aDeviceThatCannotBeCleanedIsNotOffered() {
        world.with(EniSetting.POOL_WARM, 0);
        world.devices.cannotBeCleaned(world.cloud
                .add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS))
                .mac());
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(10));
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly("eni-a");
        assertThat(pool.complaints()).anyMatch(text -> text.contains("qdisc htb"));
        assertThat(world.cloud.mutations()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, BEFORE_EFFECT", "CREATE, AFTER_EFFECT",
        "ATTACH, BEFORE_EFFECT", "ATTACH, AFTER_EFFECT",
        "DESCRIBE, BEFORE_EFFECT"
    })
    void aLostAnswerNeitherLeaksNorDoubles(Call call, When when) {
        for (int i = 0; i < 3; i++) {
            world.cloud.failNext(call, TestCloud.lost(), when);
        }
        EniPool pool = world.start();
        world.pass(Duration.ofMinutes(5));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(world.cloud.enis).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"DETACH, BEFORE_EFFECT", "DETACH, AFTER_EFFECT", "DELETE, BEFORE_EFFECT", "DELETE, AFTER_EFFECT"})
    void aLostAnswerOnTheWayOutIsLookedAfter(Call call, When when) {
        world.with(EniSetting.POOL_WARM, 0);
        world.cloud.add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS));
        for (int i = 0; i < 3; i++) {
            world.cloud.failNext(call, TestCloud.lost(), when);
        }
        EniPool pool = world.start();
        world.pass(Duration.ofHours(1));
        assertThat(world.cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void f12_aBurstOfDemandKeepsTheRate() {
        world.with(EniSetting.POOL_MAX, 64).with(EniSetting.POOL_WARM, 60).with(EniSetting.POOL_RATE, 2);
        world.start();
        world.passSeconds(10);
        // Two a second and a burst of four, whatever was wanted.
        assertThat(world.cloud.mutations()).isBetween(10L, 24L);
        assertThat(world.cloud.count(Call.DESCRIBE)).isLessThan(16);
    }

    @Test
    void p8_aClockThatIsSetBackStopsNothing() {
        EniPool pool = world.start();
        world.passSeconds(5);
        world.scheduler.setClock(world.clock.instant().minus(Duration.ofHours(9)));
        pool.allocateNextEni(endpoint(1));
        world.pass(Duration.ofMinutes(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2, EniState.IN_USE, 1));
    }

    @Test
    void anEniThatSomebodyElseDetachedIsNoLongerOffered() {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        String id = ids(pool, EniState.READY).get(0);
        world.cloud.become(id, Status.AVAILABLE, Optional.empty());
        world.pass(Duration.ofMinutes(15));
        assertThat(pool.list())
                .allSatisfy(eni -> assertThat(world.cloud.enis.get(eni.id()).isAttachedTo(TestCloud.INSTANCE))
                        .isTrue());
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }
}
