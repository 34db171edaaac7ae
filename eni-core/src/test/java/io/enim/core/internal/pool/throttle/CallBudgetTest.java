package io.enim.core.internal.pool.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CloudCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CallBudgetTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static int takeAll(CallBudget callBudget, CloudCall cloudCall, Instant now) {
        int taken = 0;
        while (callBudget.tryTake(cloudCall, now)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aBurstThenTheRate() {
        CallBudget callBudget = new CallBudget(2, 64, Duration.ofSeconds(1), START);
        assertThat(takeAll(callBudget, CloudCall.ATTACH, START)).isEqualTo(4);
        assertThat(takeAll(callBudget, CloudCall.ATTACH, START.plusSeconds(1))).isEqualTo(2);
        assertThat(callBudget.availableAt(CloudCall.ATTACH, START.plusSeconds(1)))
                .isBetween(START.plusMillis(1499), START.plusMillis(1501));
    }

    @Test
    void f12_theBurstIsForEndpointsThatWait() {
        CallBudget callBudget = new CallBudget(2, 64, Duration.ofSeconds(1), START);
        callBudget.endpointsWait(true);
        assertThat(takeAll(callBudget, CloudCall.CREATE, START)).isEqualTo(20);
        assertThat(takeAll(callBudget, CloudCall.ATTACH, START.plusSeconds(1))).isEqualTo(2);
        callBudget.endpointsWait(false);
        assertThat(takeAll(callBudget, CloudCall.ATTACH, START.plusSeconds(9))).isZero();
        assertThat(callBudget.availableAt(CloudCall.ATTACH, START.plusSeconds(9)))
                .isBetween(START.plusMillis(9499), START.plusMillis(9501));
    }

    @Test
    void whatIsLeftIsTheSameWithoutAskingTheBuckets() {
        CallBudget callBudget = new CallBudget(2, 64, Duration.ofSeconds(1), START);
        takeAll(callBudget, CloudCall.ATTACH, START);
        List<TokenBucket.Level> levels = callBudget.levels();
        assertThat(levels.get(0).at(START)).isEqualTo(new CloudCalls.Budget("mutations", 16, 20, 2));
        assertThat(levels.get(0).at(START.plusMillis(1500)).left()).isEqualTo(19);
        assertThat(levels.get(0).at(START.plusSeconds(60)).left()).isEqualTo(20);
        assertThat(levels.get(0).at(START.minusSeconds(60)).left()).isEqualTo(16);
    }

    @Test
    void housekeepingLeavesHalfToUrgentCalls() {
        CallBudget callBudget = new CallBudget(2, 64, Duration.ofSeconds(1), START);
        assertThat(takeAll(callBudget, CloudCall.DELETE, START)).isEqualTo(2);
        assertThat(takeAll(callBudget, CloudCall.ATTACH, START)).isEqualTo(2);
    }

    @Test
    void housekeepingIsPossibleAtTheLowestRate() {
        CallBudget callBudget = new CallBudget(1, 1, Duration.ofSeconds(1), START);
        assertThat(takeAll(callBudget, CloudCall.DETACH, START)).isEqualTo(1);
        Instant at = callBudget.availableAt(CloudCall.DETACH, START);
        assertThat(callBudget.tryTake(CloudCall.DETACH, at)).isTrue();
    }

    @Test
    void f15_creationsHaveAWindowOfTheirOwn() {
        CallBudget callBudget = new CallBudget(1000, 4, Duration.ofSeconds(1), START);
        assertThat(takeAll(callBudget, CloudCall.CREATE, START)).isEqualTo(8);
        assertThat(takeAll(callBudget, CloudCall.CREATE, START.plus(Duration.ofMinutes(5))))
                .isEqualTo(4);
    }

    @Test
    void backoffGrowsToItsCapAndNeverFallsBelowItsFloor() {
        Backoff backoff =
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(60), new Random(3));
        for (int attempt = 1; attempt < 100; attempt++) {
            long ceiling = Math.min(60_000, 2_000L << Math.min(attempt - 1, 20));
            assertThat(backoff.delay(attempt)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(ceiling));
        }
    }
}
