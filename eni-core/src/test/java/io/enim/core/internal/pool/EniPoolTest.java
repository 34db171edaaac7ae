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
import io.enim.NoEniAvailableException;
import io.enim.RetryableProviderException;
import io.enim.core.internal.pool.throttle.CallBudgetStatus;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.OwnerTag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pool does when nothing fails. */
final class EniPoolTest {
    @TempDir
    Path state;

    private PoolFixture poolFixture;

    @BeforeEach
    void setUp() {
        poolFixture = new PoolFixture(state);
    }

    @Test
    void warmEnisAreMadeAheadOfNeed() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(pool.problems()).isEmpty();
        assertThat(poolFixture.availabilityChanges).isEqualTo(2);
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isEqualTo(2);
        assertThat(poolFixture.cloud.count(CloudCall.ATTACH)).isEqualTo(2);
    }

    @Test
    void whatIsHandedOutIsMadeUpFor() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(first.state()).isEqualTo(EniState.IN_USE);
        assertThat(first.holder()).contains(endpoint(1));
        poolFixture.passSeconds(10);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2, EniState.IN_USE, 1));
        assertThat(pool.list()).anySatisfy(eni -> {
            assertThat(eni.id()).isEqualTo(first.id());
            assertThat(eni.holder()).contains(endpoint(1));
        });
    }

    @Test
    void p3_theSameEndpointGetsTheSameEni() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(first.id());
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(99));
        assertThat(count(pool, EniState.IN_USE)).isZero();
    }

    @Test
    void p11_allocationFromAWarmPoolMakesNoCloudCall() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        int before = poolFixture.cloud.calls.size();
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(poolFixture.cloud.calls).hasSize(before);
    }

    @Test
    void anEmptyPoolReportsItsCountsAndGrowsForWaitingPods() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        assertThat(pool.counts()).isEmpty();
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(1)));
        assertThat(none.counts()).isEmpty();
        assertThat(none.retryAfter()).isPositive();
        poolFixture.passSeconds(5);
        assertThat(poolFixture.availabilityChanges).isEqualTo(1);
        assertThat(pool.allocateNextEni(endpoint(1)).state()).isEqualTo(EniState.IN_USE);
        poolFixture.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
    }

    /** A runtime that was refused deletes that sandbox of the pod, and retries with another one. */
    @Test
    void aRefusedPodsDemandOutlivesItsDel() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        Endpoint sandbox = Endpoint.of("default", "web", "sandbox-1");
        assertThatThrownBy(() -> pool.allocateNextEni(sandbox)).isInstanceOf(NoEniAvailableException.class);
        pool.deallocateEni(sandbox);
        poolFixture.passSeconds(5);
        assertThat(pool.allocateNextEni(Endpoint.of("default", "web", "sandbox-2"))
                        .state())
                .isEqualTo(EniState.IN_USE);
    }

    @Test
    void f15_allSandboxesOfAPodDemandOneEni() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        for (int i = 1; i <= 5; i++) {
            Endpoint sandbox = Endpoint.of("default", "web", "sandbox-" + i);
            assertThatThrownBy(() -> pool.allocateNextEni(sandbox)).isInstanceOf(NoEniAvailableException.class);
            pool.deallocateEni(sandbox);
        }
        poolFixture.passSeconds(5);
        pool.allocateNextEni(Endpoint.of("default", "web", "sandbox-6"));
        poolFixture.passSeconds(30);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isEqualTo(1);
    }

    @Test
    void f15_demandThatIsNotRenewedEnds() {
        poolFixture.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        pool.deallocateEni(endpoint(1));
        poolFixture.pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEmpty();
        assertThat(poolFixture.cloud.count(CloudCall.CREATE)).isEqualTo(1);
        assertThat(poolFixture.cloud.enis).isEmpty();
    }

    /** The answer to an attach may come after a describe has shown that it is done. */
    @Test
    void anAttachmentThatWasSeenBeforeItsAnswerIsNotWaitedForOnceMore() {
        poolFixture.with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(3));
        List<Runnable> late = new ArrayList<>();
        poolFixture.executor = task -> {
            if (poolFixture.cloud.count(CloudCall.CREATE) == 1
                    && poolFixture.cloud.count(CloudCall.ATTACH) == 0
                    && hasOneAvailable()) {
                late.add(task);
            } else {
                task.run();
            }
        };
        EniPool pool = poolFixture.start();
        while (late.isEmpty()) {
            poolFixture.pass(Duration.ofMillis(100));
        }
        String id = poolFixture.cloud.enis.keySet().iterator().next();
        poolFixture.cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        poolFixture.passSeconds(6);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));

        late.forEach(Runnable::run);
        poolFixture.pass(Duration.ofMillis(1500));

        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void p8_manyEnisAreCheckedAFewAtATime() {
        int many = 500;
        for (int i = 0; i < many; i++) {
            poolFixture.cloud.add("eni-x" + i, Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.empty());
        }
        Deque<Runnable> tasks = new ArrayDeque<>();
        poolFixture.executor = tasks::add;
        EniPool pool = poolFixture.start();
        int most = 0;
        while (!tasks.isEmpty()) {
            most = Math.max(most, tasks.size());
            tasks.poll().run();
            poolFixture.scheduler.runDue();
        }
        assertThat(most).isLessThanOrEqualTo(64);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, many));
    }

    private boolean hasOneAvailable() {
        return poolFixture.cloud.enis.values().stream().anyMatch(eni -> eni.status() == Status.AVAILABLE);
    }

    @Test
    void theCountsOfARefusalAreTrue() {
        poolFixture.with(EniSetting.POOL_MAX, 3);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        poolFixture.passSeconds(10);
        pool.allocateNextEni(endpoint(3));
        pool.deallocateEni(endpoint(2));
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(4)));
        assertThat(none.counts()).isEqualTo(Map.of(EniState.IN_USE, 2, EniState.RECYCLING, 1));
    }

    @Test
    void f26_anEniCoolsDownBeforeItIsUsedAgain() {
        poolFixture.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        poolFixture.passSeconds(29);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(2))).isInstanceOf(NoEniAvailableException.class);
        int changes = poolFixture.availabilityChanges;
        poolFixture.passSeconds(2);
        assertThat(poolFixture.availabilityChanges).isEqualTo(changes + 1);
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void withoutACooldownAnEniIsFreeAtOnce() {
        poolFixture.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void surplusIsRetiredSlowlyAndOneByOne() {
        poolFixture.with(EniSetting.POOL_WARM, 1);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        for (int i = 1; i <= 4; i++) {
            pool.allocateNextEni(endpoint(i));
            poolFixture.passSeconds(10);
        }
        for (int i = 1; i <= 4; i++) {
            pool.deallocateEni(endpoint(i));
        }
        poolFixture.passSeconds(5 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 5));
        poolFixture.passSeconds(60 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(poolFixture.cloud.count(CloudCall.DETACH)).isEqualTo(4);
        assertThat(poolFixture.cloud.count(CloudCall.DELETE)).isEqualTo(4);
        assertThat(poolFixture.cloud.enis).hasSize(1);
        assertThat(poolFixture.cloud.violations).isEmpty();
        assertThat(state.resolve("set-aside")).doesNotExist();
    }

    @Test
    void theMinimumStays() {
        poolFixture.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MIN, 3);
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(3600);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
    }

    @Test
    void whatWasThereBeforeIsUsedAndNeverDeleted() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        poolFixture.cloud.add("eni-old", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.empty());
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(2 * 3600);
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-old");
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void anotherNodesEniIsLeftAloneAndReported() {
        poolFixture.with(EniSetting.POOL_WARM, 0);
        poolFixture.cloud.add(
                "eni-x", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(new OwnerTag("c", "other")));
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(3600);
        assertThat(pool.counts()).isEmpty();
        assertThat(pool.problems()).singleElement().asString().contains("eni-x", "c/other");
        assertThat(poolFixture.cloud.mutations()).isZero();
    }

    @Test
    void nothingIsListedBeforeTheFirstDescribe() {
        poolFixture.cloud.failAlways(CloudCall.DESCRIBE, TestCloud.lost());
        EniPool pool = poolFixture.start();
        assertThatThrownBy(pool::list).isInstanceOf(RetryableProviderException.class);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        poolFixture.passSeconds(60);
        assertThat(poolFixture.cloud.mutations()).isZero();
        assertThat(pool.problems()).anyMatch(text -> text.contains("cannot be described"));
        poolFixture.cloud.heal();
        poolFixture.passSeconds(120);
        assertThat(ids(pool, EniState.READY)).hasSize(2);
        assertThat(pool.problems()).isEmpty();
    }

    @Test
    void theBudgetCanBeRead() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        List<CallBudgetStatus> budget = pool.budget();
        assertThat(budget)
                .extracting(CallBudgetStatus::call)
                .containsExactly("describe", "create", "attach", "detach", "delete");
        assertThat(budget)
                .filteredOn(line -> line.call().equals("create"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.made()).isEqualTo(2);
                    assertThat(line.failed()).isZero();
                    assertThat(line.available()).isBetween(1, 4);
                    assertThat(line.perSecond()).isEqualTo(2);
                });
    }

    @Test
    void afterCloseEverythingIsRefused() {
        EniPool pool = poolFixture.start();
        pool.close();
        pool.close();
        assertThatThrownBy(pool::list).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.deallocateEni(endpoint(1))).isInstanceOf(ClosedException.class);
        int calls = poolFixture.cloud.calls.size();
        poolFixture.passSeconds(3600);
        assertThat(poolFixture.cloud.calls).hasSize(calls);
    }

    @Test
    void p4_theReleaseOfAnOldSandboxLeavesTheNewOneItsEni() {
        EniPool pool = poolFixture.start();
        poolFixture.passSeconds(10);
        Endpoint old = Endpoint.of("default", "web", "sandbox-1");
        Endpoint young = Endpoint.of("default", "web", "sandbox-2");
        pool.allocateNextEni(old);
        Eni held = pool.allocateNextEni(young);
        pool.deallocateEni(old);
        pool.deallocateEni(old);
        assertThat(pool.allocateNextEni(young).id()).isEqualTo(held.id());
    }
}
