package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.count;
import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
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

/** What the pool does when the cloud or the devices fail; the numbers are those of docs/failures.md. */
final class EniPoolFailureTest {
    @TempDir
    Path state;

    private PoolFixture poolFixture;

    @BeforeEach
    void setUp() {
        poolFixture = new PoolFixture(state);
    }

    @AfterEach
    void noCallWasForbidden() {
        assertThat(poolFixture.cloud.violations).isEmpty();
    }

    /** The fail point stops refusing after a while: a pool that retried without a pause would otherwise never end. */
    @Test
    void p8_aDiskThatDoesNotForgetIsAskedAgainLaterAndLater() {
        AtomicInteger refusals = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean();
        poolFixture.failPoint = (step, side) -> {
            if (step == Step.POOL_FORGET_INTENT && refuses.get() && refusals.incrementAndGet() < 1000) {
                throw new LedgerException("forget an intent in", state, "no space left", null);
            }
        };
        poolFixture.with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        poolFixture.passSeconds(10);
        pool.deallocateEni(endpoint(1));
        refuses.set(true);

        poolFixture.pass(Duration.ofMinutes(30));

        assertThat(refusals).hasValueBetween(2, 60);
        refuses.set(false);
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(poolFixture.cloud.enis).hasSize(2);
    }

    @Test
    void f1_f13_anEniInUseOutlivesADescriptionThatLacksIt() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        Eni eni = pool.allocateNextEni(endpoint(1));
        poolFixture.cloud.hidden.add(eni.id());
        poolFixture.pass(Duration.ofHours(1));
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.holder()).contains(endpoint(1));
        });
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(pool.problems()).anyMatch(text -> text.contains(eni.id()));
        assertThat(poolFixture.cloud.count(CloudCall.DETACH) + poolFixture.cloud.count(CloudCall.DELETE))
                .isZero();
        poolFixture.cloud.hidden.clear();
        poolFixture.pass(Duration.ofMinutes(10));
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f13_aFreeEniNeedsTwoDescriptionsToBeGone() {
        poolFixture.with(EniSetting.POOL_WARM, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        String id = ids(pool, EniState.READY).get(0);
        poolFixture.cloud.hidden.add(id);
        while (poolFixture.cloud.count(CloudCall.DESCRIBE) > 0
                && pool.problems().isEmpty()) {
            poolFixture.passSeconds(1);
        }
        assertThat(ids(pool, EniState.READY)).contains(id);
        poolFixture.pass(Duration.ofMinutes(2));
        assertThat(pool.list()).noneMatch(eni -> eni.id().equals(id));
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }

    @Test
    void f2_whatTheCloudDoesNotConfirmIsNotOffered() {
        poolFixture.cloud.attachTakesTime = true;
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(20);
        poolFixture.cloud.enis.values().forEach(eni -> poolFixture.devices.plug(eni.mac()));
        poolFixture.passSeconds(20);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 2));
        for (String id : poolFixture.cloud.enis.keySet().toArray(String[]::new)) {
            poolFixture.cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        }
        poolFixture.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(poolFixture.cloud.count(CloudCall.ATTACH)).isEqualTo(2);
    }

    @Test
    void f8_deleteWaitsUntilTheDetachmentIsSeen() {
        poolFixture.cloud.detachTakesTime = true;
        poolFixture.with(EniSetting.POOL_WARM, 0);
        EniPool pool = poolFixture.start();
        String id = poolFixture
                .cloud
                .add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS))
                .id();
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(poolFixture.cloud.count(CloudCall.DETACH)).isEqualTo(1);
        assertThat(poolFixture.cloud.count(CloudCall.DELETE)).isZero();
        assertThat(ids(pool, EniState.DETACHING)).containsExactly(id);
        poolFixture.cloud.become(id, Status.AVAILABLE, Optional.empty());
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(poolFixture.cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void f9_f14_atTheLimitTheQuotaIsKeptAndNothingIsTriedInALoop() {
        poolFixture.cloud.hardLimit = 2;
        poolFixture.with(EniSetting.POOL_WARM, 4);
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(poolFixture.cloud.enis).hasSize(2);
        assertThat(pool.problems()).anyMatch(text -> text.contains("refused more than 2"));
        long before = poolFixture.cloud.mutations();
        poolFixture.pass(Duration.ofMinutes(9));
        assertThat(poolFixture.cloud.mutations()).isEqualTo(before);
    }

    @Test
    void f9_theLearnedQuotaIsForgottenSlowly() {
        poolFixture.cloud.hardLimit = 2;
        poolFixture.with(EniSetting.POOL_WARM, 4);
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(10));
        poolFixture.cloud.hardLimit = 100;
        poolFixture.pass(Duration.ofHours(4));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 4));
    }

    @Test
    void f14_anIdleNodeOnlyDescribes() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(60);
        long mutations = poolFixture.cloud.mutations();
        long before = poolFixture.cloud.count(CloudCall.DESCRIBE);
        poolFixture.pass(Duration.ofHours(1));
        assertThat(poolFixture.cloud.mutations()).isEqualTo(mutations);
        // Every five minutes, a quarter either way.
        assertThat(poolFixture.cloud.count(CloudCall.DESCRIBE) - before).isBetween(9L, 17L);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f14_theToldLimitIsNeverPassed() {
        poolFixture.cloud.toldLimit = 3;
        poolFixture.with(EniSetting.POOL_WARM, 8);
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofHours(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isEqualTo(3);
    }

    @Test
    void f10_anInstanceThatIsGoneGetsNoMoreEnis() {
        poolFixture.cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.INSTANCE_GONE));
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofHours(1));
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isLessThan(20);
        assertThat(pool.problems()).anyMatch(text -> text.contains("INSTANCE_GONE"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"NOT_PERMITTED", "SUBNET_FULL", "THROTTLED", "UNAVAILABLE", "OTHER", "TOKEN_MISMATCH"})
    void aRefusalOpensABreakerThatClosesWhenItIsOver(Refusal refusal) {
        poolFixture.cloud.failAlways(
                CloudCall.CREATE,
                refusal == Refusal.THROTTLED || refusal == Refusal.UNAVAILABLE
                        ? TestCloud.retryable(refusal)
                        : TestCloud.refused(refusal));
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofHours(1));
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isBetween(2L, 200L);
        assertThat(pool.problems()).anyMatch(text -> text.contains(refusal.name()));
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        poolFixture.cloud.heal();
        poolFixture.pass(Duration.ofHours(1));
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f15_demandWithoutEndIsBounded() {
        poolFixture.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MAX, 4);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(5);
        for (int i = 0; i < 5000; i++) {
            int n = i;
            assertThatThrownBy(() -> pool.allocateNextEni(endpoint(n))).isInstanceOf(NoEniAvailableException.class);
        }
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isEqualTo(4);
    }

    @Test
    void f16_aDeviceThatNeverAppearsIsQuarantinedAndReplaced() {
        poolFixture.cloud.devicesAppear = false;
        poolFixture.with(EniSetting.POOL_WARM, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));
        poolFixture.passSeconds(120);
        assertThat(ids(pool, EniState.QUARANTINED)).hasSize(1);
        assertThat(pool.problems()).anyMatch(text -> text.contains("quarantined") && text.contains("150 s"));
        poolFixture.cloud.devicesAppear = true;
        poolFixture.cloud.enis.values().stream()
                .filter(eni -> ids(pool, EniState.ATTACHING).contains(eni.id()))
                .forEach(eni -> poolFixture.devices.plug(eni.mac()));
        poolFixture.passSeconds(20);
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
        poolFixture.pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(poolFixture.cloud.enis).hasSize(1);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f16_aDeviceThatAppearsLateIsStillUsed() {
        poolFixture.cloud.devicesAppear = false;
        poolFixture.with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_MAX, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(200);
        assertThat(count(pool, EniState.QUARANTINED)).isEqualTo(1);
        poolFixture.cloud.enis.values().forEach(eni -> poolFixture.devices.plug(eni.mac()));
        poolFixture.passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void anEniAttachedElsewhereIsQuarantinedAfterTwoDescriptions() {
        poolFixture.cloud.devicesAppear = false;
        poolFixture.with(EniSetting.POOL_WARM, 1).with(EniSetting.DEVICE_TIMEOUT, Duration.ofHours(2));
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        String id = poolFixture.cloud.enis.keySet().iterator().next();
        poolFixture.cloud.become(id, Status.ATTACHED, Optional.of("i-2"));
        long before = poolFixture.cloud.count(CloudCall.DESCRIBE);
        while (poolFixture.cloud.count(CloudCall.DESCRIBE) == before) {
            poolFixture.passSeconds(1);
        }
        assertThat(ids(pool, EniState.ATTACHING)).containsExactly(id);
        poolFixture.passSeconds(60);
        assertThat(ids(pool, EniState.QUARANTINED)).contains(id);
        assertThat(poolFixture.cloud.count(CloudCall.DESCRIBE) - before).isGreaterThan(1);
    }

    @Test
    void p2_f17_aDeviceThatCannotBeCleanedIsNotOffered() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        poolFixture.devices.cannotBeCleaned(poolFixture
                .cloud
                .add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS))
                .mac());
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(10));
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly("eni-a");
        assertThat(pool.problems()).anyMatch(text -> text.contains("qdisc htb"));
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, BEFORE_EFFECT", "CREATE, AFTER_EFFECT",
        "ATTACH, BEFORE_EFFECT", "ATTACH, AFTER_EFFECT",
        "DESCRIBE, BEFORE_EFFECT"
    })
    void aLostAnswerNeitherLeaksNorDoubles(CloudCall cloudCall, When when) {
        for (int i = 0; i < 3; i++) {
            poolFixture.cloud.failNext(cloudCall, TestCloud.lost(), when);
        }
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofMinutes(5));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(poolFixture.cloud.enis).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"DETACH, BEFORE_EFFECT", "DETACH, AFTER_EFFECT", "DELETE, BEFORE_EFFECT", "DELETE, AFTER_EFFECT"})
    void aLostAnswerWhileRetiringIsFollowedUp(CloudCall cloudCall, When when) {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        poolFixture.cloud.add("eni-a", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(TestCloud.OURS));
        for (int i = 0; i < 3; i++) {
            poolFixture.cloud.failNext(cloudCall, TestCloud.lost(), when);
        }
        EniPool pool = poolFixture.start();
        poolFixture.pass(Duration.ofHours(1));
        assertThat(poolFixture.cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f12_aBurstOfDemandKeepsTheRate() {
        poolFixture.with(EniSetting.POOL_MAX, 64).with(EniSetting.POOL_WARM, 60).with(EniSetting.POOL_RATE, 2);
        poolFixture.start();
        poolFixture.passSeconds(10);
        // Two a second and a burst of four, whatever was wanted.
        assertThat(poolFixture.cloud.mutations()).isBetween(10L, 24L);
        assertThat(poolFixture.cloud.count(CloudCall.DESCRIBE)).isLessThan(16);
    }

    @Test
    void p8_aClockThatIsSetBackStopsNothing() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(5);
        poolFixture.scheduler.setClock(poolFixture.clock.instant().minus(Duration.ofHours(9)));
        pool.allocateNextEni(endpoint(1));
        poolFixture.pass(Duration.ofMinutes(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2, EniState.IN_USE, 1));
    }

    @Test
    void anEniDetachedByAnotherPartyIsNoLongerOffered() {
        poolFixture.with(EniSetting.POOL_WARM, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        String id = ids(pool, EniState.READY).get(0);
        poolFixture.cloud.become(id, Status.AVAILABLE, Optional.empty());
        poolFixture.pass(Duration.ofMinutes(15));
        assertThat(pool.list())
                .allSatisfy(
                        eni -> assertThat(poolFixture.cloud.enis.get(eni.id()).isAttachedTo(TestCloud.INSTANCE))
                                .isTrue());
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }
}
