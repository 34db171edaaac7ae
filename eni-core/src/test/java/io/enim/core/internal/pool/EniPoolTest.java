package io.enim.core.internal.pool;

import static io.enim.core.internal.pool.World.count;
import static io.enim.core.internal.pool.World.endpoint;
import static io.enim.core.internal.pool.World.ids;
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
import io.enim.provider.CloudEni.Status;
import io.enim.provider.Mark;
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

    private World world;

    @BeforeEach
    void setUp() {
        world = new World(state);
    }

    @Test
    void warmEnisAreMadeAheadOfNeed() {
        EniPool pool = world.start();
        world.passSeconds(10);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2));
        assertThat(pool.complaints()).isEmpty();
        assertThat(world.availabilityChanges).isEqualTo(2);
        assertThat(world.cloud.count(Call.CREATE)).isEqualTo(2);
        assertThat(world.cloud.count(Call.ATTACH)).isEqualTo(2);
    }

    @Test
    void whatIsHandedOutIsMadeUpFor() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(first.state()).isEqualTo(EniState.IN_USE);
        assertThat(first.holder()).contains(endpoint(1));
        world.passSeconds(10);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 2, EniState.IN_USE, 1));
        assertThat(pool.list()).anySatisfy(eni -> {
            assertThat(eni.id()).isEqualTo(first.id());
            assertThat(eni.holder()).contains(endpoint(1));
        });
    }

    @Test
    void p3_theSameEndpointGetsTheSameEni() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Eni first = pool.allocateNextEni(endpoint(1));
        assertThat(pool.allocateNextEni(endpoint(1)).id()).isEqualTo(first.id());
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(99));
        assertThat(count(pool, EniState.IN_USE)).isZero();
    }

    @Test
    void p11_allocationFromAWarmPoolMakesNoCloudCall() {
        EniPool pool = world.start();
        world.passSeconds(10);
        int before = world.cloud.calls.size();
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(1));
        assertThat(world.cloud.calls).hasSize(before);
    }

    @Test
    void anEmptyPoolSaysWhatThereIsAndGrowsForWhoWaits() {
        world.with(EniSetting.POOL_WARM, 0);
        EniPool pool = world.start();
        world.passSeconds(10);
        assertThat(pool.counts()).isEmpty();
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(1)));
        assertThat(none.counts()).isEmpty();
        assertThat(none.retryAfter()).isPositive();
        world.passSeconds(5);
        assertThat(world.availabilityChanges).isEqualTo(1);
        assertThat(pool.allocateNextEni(endpoint(1)).state()).isEqualTo(EniState.IN_USE);
        world.passSeconds(60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
    }

    /** A runtime that was refused ends that life of the pod, and comes back with another one. */
    @Test
    void aRefusedPodsWishOutlivesItsDel() {
        world.with(EniSetting.POOL_WARM, 0);
        EniPool pool = world.start();
        world.passSeconds(10);
        Endpoint life = Endpoint.of("default", "web", "life-1");
        assertThatThrownBy(() -> pool.allocateNextEni(life)).isInstanceOf(NoEniAvailableException.class);
        pool.deallocateEni(life);
        world.passSeconds(5);
        assertThat(pool.allocateNextEni(Endpoint.of("default", "web", "life-2")).state())
                .isEqualTo(EniState.IN_USE);
    }

    @Test
    void f15_allLivesOfAPodWishForOneEni() {
        world.with(EniSetting.POOL_WARM, 0);
        EniPool pool = world.start();
        world.passSeconds(10);
        for (int i = 1; i <= 5; i++) {
            Endpoint life = Endpoint.of("default", "web", "life-" + i);
            assertThatThrownBy(() -> pool.allocateNextEni(life)).isInstanceOf(NoEniAvailableException.class);
            pool.deallocateEni(life);
        }
        world.passSeconds(5);
        pool.allocateNextEni(Endpoint.of("default", "web", "life-6"));
        world.passSeconds(30);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.IN_USE, 1));
        assertThat(world.cloud.count(Call.CREATE)).isEqualTo(1);
    }

    @Test
    void f15_aWishThatNobodyComesBackForEnds() {
        world.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = world.start();
        world.passSeconds(10);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        pool.deallocateEni(endpoint(1));
        world.pass(Duration.ofMinutes(20));
        assertThat(pool.counts()).isEmpty();
        assertThat(world.cloud.count(Call.CREATE)).isEqualTo(1);
        assertThat(world.cloud.enis).isEmpty();
    }

    /** The answer to an attachment may come after a look has shown that it is done. */
    @Test
    void anAttachmentThatWasSeenBeforeItsAnswerIsNotWaitedForOnceMore() {
        world.with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_RECONCILE, Duration.ofSeconds(3));
        List<Runnable> late = new ArrayList<>();
        world.executor = task -> {
            if (world.cloud.count(Call.CREATE) == 1 && world.cloud.count(Call.ATTACH) == 0 && hasOneAvailable()) {
                late.add(task);
            } else {
                task.run();
            }
        };
        EniPool pool = world.start();
        while (late.isEmpty()) {
            world.pass(Duration.ofMillis(100));
        }
        String id = world.cloud.enis.keySet().iterator().next();
        world.cloud.become(id, Status.ATTACHED, Optional.of(TestCloud.INSTANCE));
        world.passSeconds(6);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.ATTACHING, 1));

        late.forEach(Runnable::run);
        world.pass(Duration.ofMillis(1500));

        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void p8_manyEnisAreMetAFewAtATime() {
        int many = 500;
        for (int i = 0; i < many; i++) {
            world.cloud.add("eni-x" + i, Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.empty());
        }
        Deque<Runnable> tasks = new ArrayDeque<>();
        world.executor = tasks::add;
        EniPool pool = world.start();
        int most = 0;
        while (!tasks.isEmpty()) {
            most = Math.max(most, tasks.size());
            tasks.poll().run();
            world.scheduler.runDue();
        }
        assertThat(most).isLessThanOrEqualTo(64);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, many));
    }

    private boolean hasOneAvailable() {
        return world.cloud.enis.values().stream().anyMatch(eni -> eni.status() == Status.AVAILABLE);
    }

    @Test
    void theCountsOfARefusalAreTrue() {
        world.with(EniSetting.POOL_MAX, 3);
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(3));
        pool.deallocateEni(endpoint(2));
        NoEniAvailableException none =
                catchThrowableOfType(NoEniAvailableException.class, () -> pool.allocateNextEni(endpoint(4)));
        assertThat(none.counts()).isEqualTo(Map.of(EniState.IN_USE, 2, EniState.RECYCLING, 1));
    }

    @Test
    void f26_anEniRestsBeforeItIsUsedAgain() {
        world.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        world.passSeconds(29);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(2))).isInstanceOf(NoEniAvailableException.class);
        int changes = world.availabilityChanges;
        world.passSeconds(2);
        assertThat(world.availabilityChanges).isEqualTo(changes + 1);
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void withoutACooldownAnEniIsFreeAtOnce() {
        world.with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_COOLDOWN, Duration.ZERO);
        EniPool pool = world.start();
        world.passSeconds(10);
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        assertThat(pool.allocateNextEni(endpoint(2)).holder()).contains(endpoint(2));
    }

    @Test
    void surplusIsRetiredSlowlyAndOneByOne() {
        world.with(EniSetting.POOL_WARM, 1);
        EniPool pool = world.start();
        world.passSeconds(10);
        for (int i = 1; i <= 4; i++) {
            pool.allocateNextEni(endpoint(i));
            world.passSeconds(10);
        }
        for (int i = 1; i <= 4; i++) {
            pool.deallocateEni(endpoint(i));
        }
        world.passSeconds(5 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 5));
        world.passSeconds(60 * 60);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        assertThat(world.cloud.count(Call.DETACH)).isEqualTo(4);
        assertThat(world.cloud.count(Call.DELETE)).isEqualTo(4);
        assertThat(world.cloud.enis).hasSize(1);
        assertThat(world.cloud.violations).isEmpty();
        assertThat(state.resolve("set-aside")).doesNotExist();
    }

    @Test
    void theMinimumStays() {
        world.with(EniSetting.POOL_WARM, 0).with(EniSetting.POOL_MIN, 3);
        EniPool pool = world.start();
        world.passSeconds(3600);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 3));
    }

    @Test
    void whatWasThereBeforeIsUsedAndNeverDeleted() {
        world.with(EniSetting.POOL_WARM, 0);
        world.cloud.add("eni-old", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.empty());
        EniPool pool = world.start();
        world.passSeconds(2 * 3600);
        assertThat(ids(pool, EniState.READY)).containsExactly("eni-old");
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void anotherNodesEniIsLeftAloneAndSaid() {
        world.with(EniSetting.POOL_WARM, 0);
        world.cloud.add("eni-x", Status.ATTACHED, Optional.of(TestCloud.INSTANCE), Optional.of(new Mark("c", "other")));
        EniPool pool = world.start();
        world.passSeconds(3600);
        assertThat(pool.counts()).isEmpty();
        assertThat(pool.complaints()).singleElement().asString().contains("eni-x", "c/other");
        assertThat(world.cloud.mutations()).isZero();
    }

    @Test
    void nothingIsListedBeforeTheCloudWasHeard() {
        world.cloud.failAlways(Call.DESCRIBE, TestCloud.lost());
        EniPool pool = world.start();
        assertThat(pool.awaitFirstLook(Duration.ZERO)).isFalse();
        assertThatThrownBy(pool::list).isInstanceOf(RetryableProviderException.class);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(NoEniAvailableException.class);
        world.passSeconds(60);
        assertThat(world.cloud.mutations()).isZero();
        assertThat(pool.complaints()).anyMatch(text -> text.contains("cannot be described"));
        world.cloud.heal();
        world.passSeconds(120);
        assertThat(pool.awaitFirstLook(Duration.ZERO)).isTrue();
        assertThat(ids(pool, EniState.READY)).hasSize(2);
        assertThat(pool.complaints()).isEmpty();
    }

    @Test
    void theBudgetCanBeRead() {
        EniPool pool = world.start();
        world.passSeconds(10);
        List<CallBudget> budget = pool.budget();
        assertThat(budget)
                .extracting(CallBudget::call)
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
        EniPool pool = world.start();
        pool.close();
        pool.close();
        assertThatThrownBy(pool::list).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.allocateNextEni(endpoint(1))).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> pool.deallocateEni(endpoint(1))).isInstanceOf(ClosedException.class);
        int calls = world.cloud.calls.size();
        world.passSeconds(3600);
        assertThat(world.cloud.calls).hasSize(calls);
    }

    @Test
    void p4_anOldLifesReleaseLeavesTheNewLifeItsEni() {
        EniPool pool = world.start();
        world.passSeconds(10);
        Endpoint old = Endpoint.of("default", "web", "life-1");
        Endpoint young = Endpoint.of("default", "web", "life-2");
        pool.allocateNextEni(old);
        Eni held = pool.allocateNextEni(young);
        pool.deallocateEni(old);
        pool.deallocateEni(old);
        assertThat(pool.allocateNextEni(young).id()).isEqualTo(held.id());
    }
}
