package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.count;
import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.LedgerException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.TestCloud.When;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pool does when the cloud or the devices fail; the numbers are those of docs/failures.md. */
final class EniPoolFailureTest extends PoolFixture {

    /** The fail point stops refusing after a while: a pool that retried without a pause would otherwise never end. */
    @Test
    void p8_aDiskThatDoesNotForgetIsAskedAgainLaterAndLater() {
        AtomicInteger refusals = new AtomicInteger();
        AtomicBoolean refuses = new AtomicBoolean();
        failPoint = (step, side) -> {
            if (step == Step.POOL_FORGET_INTENT && refuses.get() && refusals.incrementAndGet() < 1000) {
                throw new LedgerException("forget an intent in", state, "no space left", null);
            }
        };
        with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        passSeconds(10);
        pool.deallocateEni(endpoint(1));
        refuses.set(true);

        pass(Duration.ofMinutes(30));

        assertThat(refusals).hasValueBetween(2, 60);
        refuses.set(false);
        pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(cloud.enis).hasSize(2);
    }

    @Test
    void f1_f13_anEniInUseOutlivesADescriptionThatLacksIt() {
        EniPool pool = startWarm();
        Eni eni = pool.allocateNextEni(endpoint(1));
        cloud.hidden.add(eni.id());
        pass(Duration.ofHours(1));
        assertThat(pool.list()).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(eni.id());
            assertThat(listed.holder()).contains(endpoint(1));
        });
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(eni.id());
        assertThat(pool.problems()).anyMatch(text -> text.contains(eni.id()));
        assertThat(cloud.count(CloudCall.DETACH) + cloud.count(CloudCall.DELETE))
                .isZero();
        cloud.hidden.clear();
        pass(Duration.ofMinutes(10));
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f13_aFreeEniNeedsTwoDescriptionsToBeGone() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        String id = ids(pool, EniState.READY).get(0);
        cloud.hidden.add(id);
        while (cloud.count(CloudCall.DESCRIBE) > 0 && pool.problems().isEmpty()) {
            passSeconds(1);
        }
        assertThat(ids(pool, EniState.READY)).contains(id);
        pass(Duration.ofMinutes(2));
        assertThat(pool.list()).noneMatch(eni -> eni.id().equals(id));
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }

    @Test
    void f2_whatTheCloudDoesNotConfirmIsNotOffered() {
        cloud.attachTakesTime = true;
        EniPool pool = start();
        passSeconds(20);
        cloud.enis.values().forEach(eni -> devices.plugIn(eni.mac()));
        passSeconds(20);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 2));
        for (String id : cloud.enis.keySet().toArray(String[]::new)) {
            cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        }
        passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(cloud.count(CloudCall.ATTACH)).isEqualTo(2);
    }

    @Test
    void f8_deleteWaitsUntilTheDetachmentIsSeen() {
        cloud.detachTakesTime = true;
        with(EniSetting.POOL_WARM, 0);
        EniPool pool = start();
        String id = cloud.addAttached("eni-a", Optional.of(TestCloud.OURS)).id();
        pass(Duration.ofMinutes(30));
        assertThat(cloud.count(CloudCall.DETACH)).isEqualTo(1);
        assertThat(cloud.count(CloudCall.DELETE)).isZero();
        assertThat(ids(pool, EniState.DETACHING)).containsExactly(id);
        cloud.become(id, Status.AVAILABLE, Optional.empty());
        pass(Duration.ofMinutes(30));
        assertThat(cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
    }

    @Test
    void f9_f14_atTheLimitTheQuotaIsKeptAndNothingIsTriedInALoop() {
        cloud.hardLimit = 2;
        with(EniSetting.POOL_WARM, 4);
        EniPool pool = start();
        pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(cloud.enis).hasSize(2);
        assertThat(pool.problems()).anyMatch(text -> text.contains("refused more than 2"));
        long before = cloud.mutations();
        pass(Duration.ofMinutes(9));
        assertThat(cloud.mutations()).isEqualTo(before);
    }

    @Test
    void f9_theLearnedQuotaIsForgottenSlowly() {
        cloud.hardLimit = 2;
        with(EniSetting.POOL_WARM, 4);
        EniPool pool = start();
        pass(Duration.ofMinutes(10));
        cloud.hardLimit = 100;
        pass(Duration.ofHours(4));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 4));
    }

    @Test
    void f14_anIdleNodeOnlyDescribes() {
        EniPool pool = start();
        passSeconds(60);
        long mutations = cloud.mutations();
        long before = cloud.count(CloudCall.DESCRIBE);
        pass(Duration.ofHours(1));
        assertThat(cloud.mutations()).isEqualTo(mutations);
        // Every five minutes, a quarter either way.
        assertThat(cloud.count(CloudCall.DESCRIBE) - before).isBetween(9L, 17L);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f14_theToldLimitIsNeverPassed() {
        cloud.toldLimit = 3;
        with(EniSetting.POOL_WARM, 8);
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(3);
    }

    @Test
    void f10_anInstanceThatIsGoneGetsNoMoreEnis() {
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.INSTANCE_GONE));
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(cloud.count(CloudCall.CREATE)).isLessThan(20);
        assertThat(pool.problems()).anyMatch(text -> text.contains("INSTANCE_GONE"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"NOT_PERMITTED", "SUBNET_FULL", "THROTTLED", "UNAVAILABLE", "OTHER", "TOKEN_MISMATCH"})
    void aRefusalOpensABreakerThatClosesWhenItIsOver(Refusal refusal) {
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(refusal));
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(cloud.count(CloudCall.CREATE)).isBetween(2L, 200L);
        assertThat(pool.problems()).anyMatch(text -> text.contains(refusal.name()));
        assertNoneIsFree(pool, endpoint(1));
        cloud.heal();
        pass(Duration.ofHours(1));
        assertThat(count(pool, EniState.READY)).isEqualTo(2);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f15_demandWithoutEndIsBounded() {
        with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MAX, 4);
        EniPool pool = start();
        passSeconds(5);
        for (int i = 0; i < 5000; i++) {
            int n = i;
            assertNoneIsFree(pool, endpoint(n));
        }
        pass(Duration.ofMinutes(30));
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(4);
    }

    @Test
    void f16_aDeviceThatNeverAppearsIsQuarantinedAndReplaced() {
        cloud.devicesAppear = false;
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = start();
        passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));
        passSeconds(120);
        assertThat(ids(pool, EniState.QUARANTINED)).hasSize(1);
        assertThat(pool.problems()).anyMatch(text -> text.contains("quarantined") && text.contains("150 s"));
        cloud.devicesAppear = true;
        cloud.enis.values().stream()
                .filter(eni -> ids(pool, EniState.ATTACHING).contains(eni.id()))
                .forEach(eni -> devices.plugIn(eni.mac()));
        passSeconds(20);
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
        pass(Duration.ofMinutes(30));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(cloud.enis).hasSize(1);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f16_aDeviceThatAppearsLateIsStillUsed() {
        cloud.devicesAppear = false;
        with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_MAX, 1);
        EniPool pool = start();
        passSeconds(200);
        assertThat(count(pool, EniState.QUARANTINED)).isEqualTo(1);
        cloud.enis.values().forEach(eni -> devices.plugIn(eni.mac()));
        passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void anEniAttachedElsewhereIsQuarantinedAfterTwoDescriptions() {
        cloud.devicesAppear = false;
        with(EniSetting.POOL_WARM, 1).with(EniSetting.DEVICE_TIMEOUT, Duration.ofHours(2));
        EniPool pool = startWarm();
        String id = cloud.enis.keySet().iterator().next();
        cloud.become(id, Status.ATTACHED, Optional.of("i-2"));
        long before = cloud.count(CloudCall.DESCRIBE);
        while (cloud.count(CloudCall.DESCRIBE) == before) {
            passSeconds(1);
        }
        assertThat(ids(pool, EniState.ATTACHING)).containsExactly(id);
        passSeconds(60);
        assertThat(ids(pool, EniState.QUARANTINED)).contains(id);
        assertThat(cloud.count(CloudCall.DESCRIBE) - before).isGreaterThan(1);
    }

    @Test
    void p2_f17_aDeviceThatCannotBeCleanedIsNotOffered() {
        with(EniSetting.POOL_WARM, 0);
        cannotBeCleaned.add(
                cloud.addAttached("eni-a", Optional.of(TestCloud.OURS)).mac());
        EniPool pool = start();
        pass(Duration.ofMinutes(10));
        assertThat(ids(pool, EniState.QUARANTINED)).containsExactly("eni-a");
        assertThat(pool.problems()).anyMatch(text -> text.contains("qdisc htb"));
        assertThat(cloud.mutations()).isZero();
    }

    /** What the cloud refuses is the repeated call; the first one made an ENI whose answer was lost. */
    @ParameterizedTest
    @EnumSource(
            value = Refusal.class,
            names = {"SUBNET_FULL", "NOT_PERMITTED", "OTHER", "ENI_LIMIT"})
    void p5_aRefusedRepetitionDoesNotForgetTheCallWhoseAnswerWasLost(Refusal refusal) {
        with(EniSetting.POOL_WARM, 1);
        cloud.failNext(CloudCall.CREATE, TestCloud.lost(), When.AFTER_EFFECT);
        cloud.failNext(CloudCall.CREATE, TestCloud.refused(refusal), When.BEFORE_EFFECT);
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThatTheCloudHasNoOther(pool);
    }

    /** And a call that took no effect is not repeated for ever. */
    @Test
    void aRefusedCallIsForgottenOnceTheCloudHasShownThatItTookNoEffect() {
        with(EniSetting.POOL_WARM, 1);
        cloud.failNext(CloudCall.CREATE, TestCloud.lost(), When.BEFORE_EFFECT);
        cloud.failAlways(CloudCall.CREATE, TestCloud.refused(Refusal.SUBNET_FULL));
        EniPool pool = start();
        pass(Duration.ofHours(2));
        restart(pool);
        assertThat(store.foundIntents()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE, BEFORE_EFFECT", "CREATE, AFTER_EFFECT",
        "ATTACH, BEFORE_EFFECT", "ATTACH, AFTER_EFFECT",
        "DESCRIBE, BEFORE_EFFECT"
    })
    void aLostAnswerNeitherLeaksNorDoubles(CloudCall cloudCall, When when) {
        for (int i = 0; i < 3; i++) {
            cloud.failNext(cloudCall, TestCloud.lost(), when);
        }
        EniPool pool = start();
        pass(Duration.ofMinutes(5));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(cloud.enis).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"DETACH, BEFORE_EFFECT", "DETACH, AFTER_EFFECT", "DELETE, BEFORE_EFFECT", "DELETE, AFTER_EFFECT"})
    void aLostAnswerWhileRetiringIsFollowedUp(CloudCall cloudCall, When when) {
        with(EniSetting.POOL_WARM, 0);
        cloud.addAttached("eni-a", Optional.of(TestCloud.OURS));
        for (int i = 0; i < 3; i++) {
            cloud.failNext(cloudCall, TestCloud.lost(), when);
        }
        EniPool pool = start();
        pass(Duration.ofHours(1));
        assertThat(cloud.enis).isEmpty();
        assertThat(pool.list()).isEmpty();
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void f12_aBurstOfDemandKeepsTheRate() {
        with(EniSetting.POOL_MAX, 64).with(EniSetting.POOL_WARM, 60).with(EniSetting.POOL_RATE, 2);
        start();
        passSeconds(10);
        // Two a second and a burst of four, whatever was wanted.
        assertThat(cloud.mutations()).isBetween(10L, 24L);
        assertThat(cloud.count(CloudCall.DESCRIBE)).isLessThan(16);
    }

    @ParameterizedTest
    @ValueSource(longs = {-87_600, 87_600})
    void p14_aCooldownLastsAsLongThoughTheClockIsSetDuringIt(long hours) {
        with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_MAX, 1);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        scheduler.setClock(clock.instant().plus(Duration.ofHours(hours)));
        passSeconds(29);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        passSeconds(2);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void anEniDetachedByAnotherPartyIsNoLongerOffered() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        String id = ids(pool, EniState.READY).get(0);
        cloud.become(id, Status.AVAILABLE, Optional.empty());
        pass(Duration.ofMinutes(15));
        assertThat(pool.list())
                .allSatisfy(eni -> assertThat(cloud.enis.get(eni.id()).isAttachedTo(TestCloud.INSTANCE))
                        .isTrue());
        assertThat(count(pool, EniState.READY)).isEqualTo(1);
    }
}
