package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.ProviderException.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BreakerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Floor and cap are one, so that nothing is left to chance. */
    private final Breaker breaker = new Breaker(
            new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), new Random(1)));

    private final Breakers breakers = new Breakers(new Random(1));

    private static Instant after(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void aRefusalHoldsCallsBackThenLetsOneThrough() {
        assertThat(breaker.allows(START)).isTrue();
        breaker.refused("no", START);
        assertThat(breaker.allows(after(9))).isFalse();
        assertThat(breaker.allows(after(10))).isTrue();
        breaker.began();
        assertThat(breaker.allows(after(11))).isFalse();
        breaker.succeeded(after(10));
        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.allows(after(11))).isTrue();
    }

    @Test
    void aSuccessThatBeganBeforeTheRefusalProvesNothing() {
        breaker.refused("no", after(5));
        breaker.succeeded(START);
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void aProbeThatEndsOtherwiseMakesRoomForAnother() {
        breaker.refused("no", START);
        breaker.began();
        breaker.ended();
        assertThat(breaker.allows(after(10))).isTrue();
    }

    @Test
    void oneThatHasNothingToSayAnyMoreIsForgotten() {
        breakers.refused(Call.DETACH, Refusal.UNAVAILABLE, "no", START);
        assertThat(breakers.complaints(after(1))).singleElement().asString().contains("UNAVAILABLE to detach", "no");
        assertThat(breakers.complaints(after(3600))).isEmpty();
        assertThat(breakers.allow(Call.DETACH, after(3600))).isTrue();
    }

    @Test
    void aRefusalIsAboutTheCallsItIsAbout() {
        breakers.refused(Call.CREATE, Refusal.SUBNET_FULL, "full", START);
        assertThat(breakers.allow(Call.CREATE, START)).isFalse();
        assertThat(breakers.allow(Call.ATTACH, START)).isTrue();
        breakers.refused(Call.ATTACH, Refusal.INSTANCE_GONE, "gone", START);
        assertThat(breakers.allow(Call.DETACH, START)).isFalse();
        assertThat(breakers.allow(Call.DELETE, START)).isTrue();
        assertThat(breakers.allow(Call.DESCRIBE, START)).isTrue();
        breakers.refused(Call.DELETE, Refusal.WRONG_STATE, "busy", START);
        assertThat(breakers.allow(Call.DELETE, START)).isTrue();
    }

    @Test
    void theLimitIsLearnedTriedAgainAndForgotten() {
        LearnedLimit limit = new LearnedLimit();
        assertThat(limit.lower(8, START)).isEqualTo(8);
        limit.refusedAt(3, "no more", START);
        assertThat(limit.lower(8, after(60))).isEqualTo(3);
        assertThat(limit.complaint()).get().asString().contains("more than 3", "no more");
        assertThat(limit.lower(2, after(60))).isEqualTo(2);
        limit.refusedAt(3, "no more", START);
        assertThat(limit.lower(8, after(1801))).isEqualTo(4);
        limit.refusedAt(3, "no more", after(1802));
        assertThat(limit.lower(8, after(1802 + 1801))).isEqualTo(3);
        limit.reached(5);
        assertThat(limit.lower(8, after(1803))).isEqualTo(5);
    }
}
