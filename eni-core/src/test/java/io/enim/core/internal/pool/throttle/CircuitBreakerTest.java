package io.enim.core.internal.pool.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.model.LearnedQuota;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Floor and cap are one, so that nothing is left to chance. */
    private final CircuitBreaker circuitBreaker = new CircuitBreaker(
            new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), new Random(1)));

    private final CircuitBreakers circuitBreakers = new CircuitBreakers(new Random(1));

    private static Instant after(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void aRefusalHoldsCallsBackThenLetsOneThrough() {
        assertThat(circuitBreaker.allows(START)).isTrue();
        circuitBreaker.refused("no", START, START);
        assertThat(circuitBreaker.allows(after(9))).isFalse();
        assertThat(circuitBreaker.allows(after(10))).isTrue();
        circuitBreaker.began();
        assertThat(circuitBreaker.allows(after(11))).isFalse();
        circuitBreaker.succeeded(after(10));
        assertThat(circuitBreaker.isClosed()).isTrue();
        assertThat(circuitBreaker.allows(after(11))).isTrue();
    }

    @Test
    void aSuccessThatBeganBeforeTheRefusalProvesNothing() {
        circuitBreaker.refused("no", after(5), after(5));
        circuitBreaker.succeeded(START);
        assertThat(circuitBreaker.isClosed()).isFalse();
    }

    @Test
    void refusalsOfCallsThatWereUnderWayTogetherCountOnce() {
        CircuitBreakers many = new CircuitBreakers(new Random(1));
        for (int i = 0; i < 20; i++) {
            many.refused(CloudCall.ATTACH, Refusal.INSTANCE_GONE, "gone", START, after(1));
        }
        assertThat(many.problems(after(2))).singleElement().asString().contains("(1 times");
        many.refused(CloudCall.ATTACH, Refusal.INSTANCE_GONE, "gone", after(300), after(301));
        assertThat(many.problems(after(302))).singleElement().asString().contains("(2 times");
    }

    @Test
    void aProbeThatEndsOtherwiseMakesRoomForAnother() {
        circuitBreaker.refused("no", START, START);
        circuitBreaker.began();
        circuitBreaker.ended();
        assertThat(circuitBreaker.allows(after(10))).isTrue();
    }

    @Test
    void aBreakerWithoutAProbeForLongIsDiscarded() {
        circuitBreakers.refused(CloudCall.DETACH, Refusal.UNAVAILABLE, "no", START, START);
        assertThat(circuitBreakers.problems(after(1)))
                .singleElement()
                .asString()
                .contains("UNAVAILABLE to detach", "no");
        assertThat(circuitBreakers.problems(after(3600))).isEmpty();
        assertThat(circuitBreakers.allow(CloudCall.DETACH, after(3600))).isTrue();
    }

    @Test
    void aRefusalIsAboutTheCallsItIsAbout() {
        circuitBreakers.refused(CloudCall.CREATE, Refusal.SUBNET_FULL, "full", START, START);
        assertThat(circuitBreakers.allow(CloudCall.CREATE, START)).isFalse();
        assertThat(circuitBreakers.allow(CloudCall.ATTACH, START)).isTrue();
        circuitBreakers.refused(CloudCall.ATTACH, Refusal.INSTANCE_GONE, "gone", START, START);
        assertThat(circuitBreakers.allow(CloudCall.DETACH, START)).isFalse();
        assertThat(circuitBreakers.allow(CloudCall.DELETE, START)).isTrue();
        assertThat(circuitBreakers.allow(CloudCall.DESCRIBE, START)).isTrue();
        circuitBreakers.refused(CloudCall.DELETE, Refusal.WRONG_STATE, "busy", START, START);
        assertThat(circuitBreakers.allow(CloudCall.DELETE, START)).isTrue();
    }

    @Test
    void theQuotaIsLearnedRetriedAndForgotten() {
        LearnedQuota limit = new LearnedQuota();
        assertThat(limit.lower(8, START)).isEqualTo(8);
        limit.refusedAt(3, "no more", START);
        assertThat(limit.lower(8, after(60))).isEqualTo(3);
        assertThat(limit.problem()).get().asString().contains("more than 3", "no more");
        assertThat(limit.lower(2, after(60))).isEqualTo(2);
        limit.refusedAt(3, "no more", START);
        assertThat(limit.lower(8, after(1801))).isEqualTo(4);
        limit.refusedAt(3, "no more", after(1802));
        assertThat(limit.lower(8, after(1802 + 1801))).isEqualTo(3);
        limit.reached(5);
        assertThat(limit.lower(8, after(1803))).isEqualTo(5);
    }
}
