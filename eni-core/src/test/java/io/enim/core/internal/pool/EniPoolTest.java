package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.PoolFixture.count;
import static io.enim.core.internal.pool.PoolFixture.endpoint;
import static io.enim.core.internal.pool.PoolFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.Health;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.OwnerTag;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the pool does when nothing fails. */
final class EniPoolTest extends PoolFixture {

    @Test
    void warmEnisAreMadeAheadOfNeed() {
        EniPool pool = startWarm();
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(pool.problems()).isEmpty();
        assertThat(availabilityChanges).isEqualTo(2);
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(2);
        assertThat(cloud.count(CloudCall.ATTACH)).isEqualTo(2);
    }

    @Test
    void theCapacityIsWhatSettingsAndCloudAllowOnceTheCloudHasToldIt() {
        cloud.toldLimit = 5;
        cloud.failNext(
                CloudCall.DESCRIBE,
                new RetryableProviderException(Refusal.UNAVAILABLE, "", "down"),
                TestCloud.When.BEFORE_EFFECT);
        EniPool pool = start();
        assertThat(pool.capacity()).as("not asked yet").isEmpty();
        passSeconds(10);
        assertThat(pool.capacity()).as("the cloud's, below enim.pool.max").hasValue(5);
        assertThat(pool.list()).as("not all of them exist").hasSize(2);
        with(EniSetting.POOL_MAX, 3);
        EniPool next = restart(pool);
        passSeconds(10);
        assertThat(next.capacity())
                .as("that of enim.pool.max, below the cloud's")
                .hasValue(3);
    }

    @Test
    void whatIsHandedOutIsMadeUpFor() {
        EniPool pool = startWarm();
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(first.state()).isEqualTo(EniState.IN_USE);
        assertThat(first.holder()).contains(endpoint(1));
        assertThat(first.mtu()).as("as the cloud says").hasValue(TestCloud.MTU);
        passSeconds(10);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2, EniState.IN_USE, 1));
        assertThat(pool.list()).anySatisfy(eni -> {
            assertThat(eni.id()).isEqualTo(first.id());
            assertThat(eni.holder()).contains(endpoint(1));
        });
    }

    @Test
    void p3_theSameEndpointGetsTheSameEni() {
        EniPool pool = startWarm();
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(first.id());
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(99));
        assertThat(count(pool, EniState.IN_USE)).isZero();
    }

    @Test
    void p11_allocationFromAWarmPoolMakesNoCloudCall() {
        EniPool pool = startWarm();
        int before = cloud.calls.size();
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(cloud.calls).hasSize(before);
    }

    @Test
    void anEmptyPoolReportsItsCountsAndGrowsForWaitingPods() {
        with(EniSetting.POOL_WARM, 0);
        EniPool pool = startWarm();
        assertThat(pool.counts()).isEmpty();
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(1)));
        assertThat(none.counts()).isEmpty();
        assertThat(none.retryAfter()).isPositive();
        passSeconds(5);
        assertThat(availabilityChanges).isEqualTo(1);
        assertThat(pool.allocateNextEni(endpoint(1)).state()).isEqualTo(EniState.IN_USE);
        passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
    }

    /** A runtime that was refused deletes that sandbox of the pod, and retries with another one. */
    @Test
    void aRefusedPodsDemandOutlivesItsDel() {
        with(EniSetting.POOL_WARM, 0);
        EniPool pool = startWarm();
        Endpoint sandbox = Endpoint.of("default", "web", "sandbox-1");
        assertNoneIsFree(pool, sandbox);
        pool.deallocateEni(sandbox);
        passSeconds(5);
        assertThat(pool.allocateNextEni(Endpoint.of("default", "web", "sandbox-2"))
                        .state())
                .isEqualTo(EniState.IN_USE);
    }

    @Test
    void f15_allSandboxesOfAPodDemandOneEni() {
        with(EniSetting.POOL_WARM, 0);
        EniPool pool = startWarm();
        for (int i = 1; i <= 5; i++) {
            Endpoint sandbox = Endpoint.of("default", "web", "sandbox-" + i);
            assertNoneIsFree(pool, sandbox);
            pool.deallocateEni(sandbox);
        }
        passSeconds(5);
        pool.allocateNextEni(Endpoint.of("default", "web", "sandbox-6"));
        passSeconds(30);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(1);
    }

    @Test
    void f15_demandThatIsNotRenewedEnds() {
        with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = startWarm();
        assertNoneIsFree(pool, endpoint(1));
        pool.deallocateEni(endpoint(1));
        pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEmpty();
        assertThat(cloud.count(CloudCall.CREATE)).isEqualTo(1);
        assertThat(cloud.enis).isEmpty();
    }

    /** The answer to an attach may come after a describe has shown that it is done. */
    @Test
    void anAttachmentThatWasSeenBeforeItsAnswerIsNotWaitedForOnceMore() {
        with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(3));
        List<Runnable> late = new ArrayList<>();
        executor = task -> {
            if (cloud.count(CloudCall.CREATE) == 1 && cloud.count(CloudCall.ATTACH) == 0 && hasOneAvailable()) {
                late.add(task);
            } else {
                task.run();
            }
        };
        EniPool pool = start();
        while (late.isEmpty()) {
            pass(Duration.ofMillis(100));
        }
        String id = cloud.enis.keySet().iterator().next();
        cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        passSeconds(6);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));

        late.forEach(Runnable::run);
        pass(Duration.ofMillis(1500));

        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void p8_manyEnisAreCheckedAFewAtATime() {
        int many = 500;
        for (int i = 0; i < many; i++) {
            cloud.addAttached("eni-x" + i, Optional.empty());
        }
        Deque<Runnable> tasks = new ArrayDeque<>();
        executor = tasks::add;
        EniPool pool = start();
        int most = 0;
        while (!tasks.isEmpty()) {
            most = Math.max(most, tasks.size());
            tasks.poll().run();
            scheduler.runDue();
        }
        assertThat(most).isLessThanOrEqualTo(64);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, many));
    }

    private boolean hasOneAvailable() {
        return cloud.enis.values().stream().anyMatch(eni -> eni.status() == Status.AVAILABLE);
    }

    @Test
    void theCountsOfARefusalAreTrue() {
        with(EniSetting.POOL_MAX, 3);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        passSeconds(10);
        pool.allocateNextEni(endpoint(3));
        pool.deallocateEni(endpoint(2));
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(4)));
        assertThat(none.counts()).isEqualTo(Map.of(EniState.IN_USE, 2, EniState.RECYCLING, 1));
    }

    @Test
    void f26_anEniCoolsDownBeforeItIsUsedAgain() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        passSeconds(29);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        int changes = availabilityChanges;
        passSeconds(2);
        assertThat(availabilityChanges).isEqualTo(changes + 1);
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void withoutACooldownAnEniIsFreeAfterItsCheckAndNoOtherIsCreatedMeanwhile() {
        with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        passSeconds(10);
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(2));
        passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        passSeconds(60);
        assertThat(cloud.enis).hasSize(2);
    }

    @Test
    void surplusIsRetiredSlowlyAndOneByOne() {
        with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        for (int i = 1; i <= 4; i++) {
            pool.allocateNextEni(endpoint(i));
            passSeconds(10);
        }
        for (int i = 1; i <= 4; i++) {
            pool.deallocateEni(endpoint(i));
        }
        passSeconds(5 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 5));
        passSeconds(60 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(cloud.count(CloudCall.DETACH)).isEqualTo(4);
        assertThat(cloud.count(CloudCall.DELETE)).isEqualTo(4);
        assertThat(cloud.enis).hasSize(1);
        assertThat(state.resolve("set-aside")).doesNotExist();
    }

    @Test
    void theMinimumStays() {
        with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MIN, 3);
        EniPool pool = start();
        passSeconds(3600);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
    }

    @Test
    void whatWasThereBeforeIsUsedAndNeverDeleted() {
        with(EniSetting.POOL_WARM, 0);
        cloud.addAttached("eni-old", Optional.empty());
        EniPool pool = start();
        passSeconds(2 * 3600);
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-old");
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void anotherNodesEniIsLeftAloneAndReported() {
        with(EniSetting.POOL_WARM, 0);
        cloud.addAttached("eni-x", Optional.of(new OwnerTag("c", "other")));
        EniPool pool = start();
        passSeconds(3600);
        assertThat(pool.counts()).isEmpty();
        assertThat(pool.problems()).singleElement().asString().contains("eni-x", "c/other");
        assertThat(cloud.mutations()).isZero();
    }

    @Test
    void nothingIsListedBeforeTheFirstDescribe() {
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.lost());
        EniPool pool = start();
        assertThatThrownBy(pool::list).isInstanceOf(RetryableProviderException.class);
        assertNoneIsFree(pool, endpoint(1));
        passSeconds(60);
        assertThat(cloud.mutations()).isZero();
        assertThat(pool.problems()).anyMatch(text -> text.contains("cannot be described"));
        cloud.heal();
        passSeconds(120);
        assertThat(ids(pool, EniState.READY)).hasSize(2);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void afterCloseEverythingIsRefused() {
        EniPool pool = start();
        pool.close();
        pool.close();
        assertThatThrownBy(pool::list).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.deallocateEni(endpoint(1))).isInstanceOf(ClosedException.class);
        int calls = cloud.calls.size();
        passSeconds(3600);
        assertThat(cloud.calls).hasSize(calls);
    }

    @Test
    void p4_theReleaseOfAnOldSandboxLeavesTheNewOneItsEni() {
        EniPool pool = startWarm();
        Endpoint old = Endpoint.of("default", "web", "sandbox-1");
        Endpoint young = Endpoint.of("default", "web", "sandbox-2");
        pool.allocateNextEni(old);
        Eni held = pool.allocateNextEni(young);
        pool.deallocateEni(old);
        pool.deallocateEni(old);
        assertThat(pool.allocateNextEni(young).id()).isEqualTo(held.id());
    }

    private static final Duration MOMENT = Duration.ofMillis(10);

    private Duration retryAfter(EniPool pool) {
        return catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(9)))
                .retryAfter();
    }

    /** Calls to the cloud and checks of devices, which are not begun. */
    private List<Runnable> holdUpWhile(AtomicBoolean isHeldUp) {
        List<Runnable> heldUp = new ArrayList<>();
        executor = task -> {
            if (isHeldUp.get()) {
                heldUp.add(task);
            } else {
                task.run();
            }
        };
        return heldUp;
    }

    @Test
    void p20_beforeTheCloudHasListedThemARefusalSaysSoAndToComeBackSoon() {
        AtomicBoolean isHeldUp = new AtomicBoolean(true);
        List<Runnable> heldUp = holdUpWhile(isHeldUp);
        EniPool pool = start();
        assertThat(retryAfter(pool)).as("while it is asked").isEqualTo(Duration.ofMillis(500));
        cloud.failAlways(CloudCall.DESCRIBE, TestCloud.refused(Refusal.UNAVAILABLE));
        isHeldUp.set(false);
        heldUp.forEach(Runnable::run);
        scheduler.runDue();
        for (int attempt = 0; attempt < 20; attempt++) {
            NoEniAvailableException none =
                    catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(9)));
            assertThat(none)
                    .hasMessageContaining("no successful cloud describe since startup")
                    .hasMessageContaining("the cloud cannot be described")
                    .hasMessageNotContaining("no ENI at all");
            assertThat(none.retryAfter()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(30));
            pass(none.retryAfter());
        }
        cloud.heal();
        passSeconds(60);
        assertThat(pool.allocateNextEni(endpoint(9)).state()).isEqualTo(EniState.IN_USE);
    }

    @Test
    void p20_anEniIsRecyclingAndARefusalSaysSoonFromItsReleaseUntilItIsFree() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        AtomicBoolean isHeldUp = new AtomicBoolean();
        List<Runnable> heldUp = holdUpWhile(isHeldUp);
        EniPool pool = startWarm();
        hold(pool);
        scheduler.runDue();
        isHeldUp.set(true);
        pool.deallocateEni(endpoint(1));
        assertThatItRecyclesAndIsSoonFree(pool);
        pass(MOMENT);
        assertThat(heldUp).as("its check").isNotEmpty();
        assertThatItRecyclesAndIsSoonFree(pool);
        isHeldUp.set(false);
        heldUp.forEach(Runnable::run);
        pass(MOMENT);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    private void assertThatItRecyclesAndIsSoonFree(EniPool pool) {
        assertThat(retryAfter(pool)).isLessThan(Duration.ofSeconds(1));
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        assertThat(pool.list()).extracting(Eni::state).containsExactly(EniState.RECYCLING);
        assertThat(pool.outlook().status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(pool.outlook().reason()).endsWith("one will be");
    }

    @Test
    void p20_anEniWhoseCheckFindsItUnfitIsNotSaidToBeFreeSoon() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        EniPool pool = startWarm();
        cannotBeCleaned.add(hold(pool).mac());
        pool.deallocateEni(endpoint(1));
        pass(MOMENT);
        assertThat(pool.counts()).doesNotContainKey(EniState.RECYCLING);
        assertThat(retryAfter(pool)).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void aRefusalTellsTheEndOfACooldownOnlyWhileOneRuns() {
        with(EniSetting.POOL_MAX, 2).with(EniSetting.POOL_COOLDOWN, Duration.ofSeconds(20));
        EniPool pool = startWarm();
        hold(pool);
        pool.allocateNextEni(endpoint(2));
        passSeconds(10);
        assertThat(retryAfter(pool)).as("none will be free").isEqualTo(Duration.ofSeconds(30));
        pool.deallocateEni(endpoint(2));
        scheduler.runDue();
        passSeconds(5);
        assertThat(retryAfter(pool)).as("one cools down").isEqualTo(Duration.ofSeconds(15));
        passSeconds(20);
        pool.allocateNextEni(endpoint(3));
        scheduler.runDue();
        assertThat(retryAfter(pool)).as("none will be free again").isEqualTo(Duration.ofSeconds(30));
    }
}
