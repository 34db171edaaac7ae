package io.enim.benchmarks.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.enim.benchmarks.fleet.CloudAccount.CloudCall;
import io.enim.benchmarks.fleet.Fleet.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FleetTest {
    private static final Function<CloudCall, SimulatedTokenBucket> NO_LIMITS =
            call -> new SimulatedTokenBucket(1e9, 1e6);

    @Test
    void eventsRunInOrderOfTimeAndThenOfScheduling() {
        Simulation simulation = new Simulation(1);
        List<String> seen = new ArrayList<>();
        simulation.after(20, () -> seen.add("late"));
        simulation.after(10, () -> {
            seen.add("first");
            simulation.after(0, () -> seen.add("third"));
        });
        simulation.after(10, () -> seen.add("second"));
        simulation.after(31, () -> seen.add("beyond"));

        simulation.run(30);

        assertThat(seen).containsExactly("first", "second", "third", "late");
        assertThat(simulation.now()).isEqualTo(30);
    }

    @Test
    void aBucketGivesItsBurstAndThenItsRate() {
        SimulatedTokenBucket bucket = new SimulatedTokenBucket(60, 3);
        int given = 0;
        for (long now = 0; now <= 10_000; now += 10) {
            given += bucket.tryTake(now) ? 1 : 0;
        }
        assertThat(given).as("3 at once and one a second, for ten seconds").isEqualTo(13);
        assertThat(bucket.availableAt(10_000)).isEqualTo(11_000);
    }

    @Test
    void queuedCallsGetTheRateInOrder() {
        SimulatedTokenBucket bucket = new SimulatedTokenBucket(60, 1);
        assertThat(List.of(bucket.reserve(0), bucket.reserve(0), bucket.reserve(0), bucket.reserve(500)))
                .containsExactly(0L, 1000L, 2000L, 3000L);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void theSameSeedGivesTheSameFigures(Policy policy) {
        Outcome one = Fleet.herd(policy, 40, 7, CloudCall::published);
        Outcome same = Fleet.herd(policy, 40, 7, CloudCall::published);
        Outcome other = Fleet.herd(policy, 40, 8, CloudCall::published);

        assertThat(figures(same)).isEqualTo(figures(one));
        assertThat(figures(other)).isNotEqualTo(figures(one));
    }

    private static List<Object> figures(Outcome outcome) {
        return List.of(
                outcome.adds(),
                outcome.calls(),
                outcome.throttled(),
                outcome.took(),
                outcome.seconds().mean(),
                outcome.seconds().p99());
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void everyPodIsServedAndNoNodeHasMoreThanItMay(Policy policy) {
        // occupy() throws when a node has more than it may.
        assertThat(Fleet.herd(policy, 60, 3, CloudCall::published).adds()).isEqualTo(60 * Fleet.PODS);
        assertThat(Fleet.churn(policy, 10, 3, CloudCall::published).adds()).isGreaterThan(10 * Fleet.PODS);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void noPolicyIsFasterThanTheAccountAllows(Policy policy) {
        // 400 ENIs at 60 attachments a minute, the first 10 at once.
        Outcome herd = Fleet.herd(policy, 100, 5, call -> new SimulatedTokenBucket(60, 10));

        assertThat(herd.took()).isGreaterThan(400 - 10 - 1);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void withoutLimitsNothingIsThrottled(Policy policy) {
        assertThat(Fleet.herd(policy, 20, 5, NO_LIMITS).throttled()).isZero();
    }

    @Test
    void anEniOfTerwayTakesAsLongAsItsCallsAndDescribes() {
        Outcome herd = Fleet.herd(Policy.TERWAY, 1, 5, NO_LIMITS);

        // Create 0.8 to 1.5, attach 0.2 to 0.5 s; then describes after 3, 7.5 and 14.25 s; the device 0.5 to 3 s.
        assertThat(herd.seconds().percentile(0)).isGreaterThan(0.8 + 0.2 + 3 + 0.5);
        assertThat(herd.seconds().percentile(100)).isLessThan(1.5 + 0.5 + 14.25 + 3 + 0.1);
        assertThat(herd.callsPerAdd()).isBetween(2.0 + 1, 2.0 + 3);
    }

    @Test
    void aWarmPoolServesSteadyChurnWithoutWaitingAndReusesWhatItHas() {
        Outcome churn = Fleet.churn(Policy.ENIM, 20, 5, NO_LIMITS);

        assertThat(churn.seconds().median()).isZero();
        // An ENI made for each pod would be created, attached, described twice, detached and deleted.
        assertThat(churn.callsPerAdd()).isLessThan(4);
    }

    @Test
    void exclusiveModePaysAllCallsForEachPod() {
        Outcome churn = Fleet.churn(Policy.TERWAY, 20, 5, NO_LIMITS);

        // Create, attach, detach, delete, and at least one describe for each of two waits.
        assertThat(churn.callsPerAdd()).isGreaterThan(5.5);
        assertThat(churn.seconds().median()).isCloseTo(11, within(6.0));
    }
}
