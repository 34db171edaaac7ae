package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.pool.throttle.CloudCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What endpoints that wait make the pool do, in moved time. */
final class EniPoolDemandTest extends PoolFixture {
    private static final Duration TICK = Duration.ofMillis(100);

    /** ADDs as the manager queues them: the first that waits asks, those behind it tell of their demand. */
    private final Deque<Endpoint> queue = new ArrayDeque<>();

    private void wait(EniPool pool, Endpoint endpoint) {
        if (!queue.isEmpty()) {
            pool.demand(endpoint);
            queue.add(endpoint);
        } else if (!gets(pool, endpoint)) {
            queue.add(endpoint);
        }
    }

    private static boolean gets(EniPool pool, Endpoint endpoint) {
        try {
            pool.allocateNextEni(endpoint);
            return true;
        } catch (NoEniAvailableException e) {
            return false;
        }
    }

    /** How long it takes until all have one; at most so long. */
    private Duration untilAllHaveOne(EniPool pool, Duration most) {
        Duration passed = Duration.ZERO;
        while (!queue.isEmpty() && passed.compareTo(most) < 0) {
            pass(TICK);
            passed = passed.plus(TICK);
            while (!queue.isEmpty() && gets(pool, queue.peek())) {
                queue.remove();
            }
        }
        return passed;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void p8_tenPodsAtOnceHaveTheirEnisWithinTheTimeThatAttachingTakesAndThreeSeconds(long jitter) {
        seed = jitter;
        with(EniSetting.POOL_MAX, 64).with(EniSetting.POOL_WARM, 1);
        cloud.attachTime = Duration.ofSeconds(4);
        EniPool pool = startWarm();
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
        IntStream.range(0, 10).forEach(i -> wait(pool, endpoint(i)));
        assertThat(queue).hasSize(9);
        assertThat(untilAllHaveOne(pool, Duration.ofMinutes(1))).isLessThanOrEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void f12_f15_demandWithoutEndKeepsTheRateAfterItsBurst() {
        with(EniSetting.POOL_MAX, 64).with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        long before = cloud.mutations();
        IntStream.range(0, 60).forEach(i -> wait(pool, endpoint(i)));
        passSeconds(5);
        // A burst of ten seconds' calls, and two a second.
        assertThat(cloud.mutations() - before).isBetween(20L, 30L);
        assertThat(cloud.count(CloudCall.DESCRIBE)).isLessThan(20);
    }

    @Test
    void f26_anEniRestsLessWhileAnEndpointWaitsThatHasNoOther() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        wait(pool, endpoint(2));
        passSeconds(4);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        assertThat(untilAllHaveOne(pool, Duration.ofSeconds(60))).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    /**
     * A Deployment replaces its pods, at most so many of them away and so many too many: a quarter each, rounded as Kubernetes does,
     * or never one away. Pods are ready when they have an ENI, and gone at once; so on a bridge it would take no time at all.
     */
    @ParameterizedTest
    @CsvSource({"1, 2", "0, 1"})
    void p8_aRollingUpdateOfFivePodsOnSixEnisTakesNoLongerThanOneCooldown(int maxUnavailable, int maxSurge) {
        int pods = 5;
        with(EniSetting.POOL_MAX, 6).with(EniSetting.POOL_WARM, 1);
        EniPool pool = startWarm();
        Deque<Endpoint> old = new ArrayDeque<>();
        for (int i = 0; i < pods; i++) {
            pool.allocateNextEni(endpoint(i));
            old.add(endpoint(i));
            passSeconds(5);
        }
        int created = 0;
        Duration passed = Duration.ZERO;
        while (created < pods || !queue.isEmpty()) {
            assertThat(passed).isLessThanOrEqualTo(Duration.ofSeconds(30));
            int ready = created - queue.size();
            while (!old.isEmpty() && old.size() + ready > pods - maxUnavailable) {
                pool.deallocateEni(old.remove());
            }
            while (created < pods && old.size() + created < pods + maxSurge) {
                wait(pool, endpoint(100 + created++));
            }
            passed = passed.plus(untilAllHaveOne(pool, TICK));
            pass(TICK);
            passed = passed.plus(TICK);
        }
    }

    @Test
    void f26_onlyAsManyEndTheirRestEarlyAsEndpointsWait() {
        with(EniSetting.POOL_MAX, 3).with(EniSetting.POOL_WARM, 3);
        EniPool pool = startWarm();
        IntStream.range(1, 4).forEach(i -> pool.allocateNextEni(endpoint(i)));
        IntStream.range(1, 4).forEach(i -> pool.deallocateEni(endpoint(i)));
        passSeconds(12);
        wait(pool, endpoint(4));
        passSeconds(2);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1, EniState.RECYCLING, 2));
    }

    @Test
    void f26_whatTheOperatorSetsHoldsWhateverWaits() {
        with(EniSetting.POOL_MAX, 1)
                .with(EniSetting.POOL_WARM, 1)
                .with(EniSetting.POOL_COOLDOWN, Duration.ofSeconds(30));
        cloud.cooldown = Optional.of(Duration.ZERO);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        wait(pool, endpoint(2));
        passSeconds(29);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.RECYCLING, 1));
        assertThat(untilAllHaveOne(pool, Duration.ofSeconds(60))).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void f26_aCloudThatNeedsNoRestSaysSo() {
        with(EniSetting.POOL_MAX, 1).with(EniSetting.POOL_WARM, 1);
        cloud.cooldown = Optional.of(Duration.ZERO);
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        passSeconds(1);
        assertThat(pool.counts()).isEqualTo(Map.of(EniState.READY, 1));
    }

    @Test
    void f26_anOwnerTakesItsOwnEniBackAtOnceAndNoOtherDoes() {
        with(EniSetting.POOL_MAX, 2).with(EniSetting.POOL_WARM, 2).with(EniSetting.POOL_COOLDOWN, Duration.ofHours(1));
        EniPool pool = startWarm();
        Eni first = pool.allocateNextEni(endpoint(1));
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(1));
        pool.deallocateEni(endpoint(2));
        assertThat(pool.demand(endpoint(3))).isFalse();
        assertNoneIsFree(pool, endpoint(3));
        Endpoint again = Endpoint.of("default", "pod-1", "another-life");
        assertThat(pool.demand(again)).isTrue();
        assertThat(pool.allocateNextEni(again).id()).isEqualTo(first.id());
        assertThat(pool.demand(Endpoint.of("default", "pod-1", "a-third"))).isFalse();

        pool.takeBack(again, Optional.empty());
        assertThat(pool.counts()).as("it rests on").isEqualTo(Map.of(EniState.RECYCLING, 2));
        assertThat(pool.allocateNextEni(again).id()).isEqualTo(first.id());
        pool.deallocateEni(again);
        pass(Duration.ofMinutes(59));
        assertThat(pool.counts()).as("its rest begins anew").containsEntry(EniState.RECYCLING, 2);
    }

    @Test
    void f26_anOwnersEniThatIsAnothersByNowIsNotTakenBack() {
        with(EniSetting.POOL_MAX, 1)
                .with(EniSetting.POOL_WARM, 1)
                .with(EniSetting.POOL_COOLDOWN, Duration.ofSeconds(5));
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        pool.deallocateEni(endpoint(1));
        passSeconds(10);
        assertThat(pool.demand(endpoint(1))).as("it has rested").isFalse();
        pool.allocateNextEni(endpoint(2));
        pool.deallocateEni(endpoint(2));
        assertNoneIsFree(pool, endpoint(1));
        assertThat(pool.demand(endpoint(2))).isTrue();
    }

    @Test
    void demandTellsWhetherTheEndpointHoldsAnEni() {
        EniPool pool = startWarm();
        pool.allocateNextEni(endpoint(1));
        assertThat(pool.demand(endpoint(1))).isTrue();
        assertThat(pool.demand(endpoint(2))).isFalse();
    }
}
