package io.enim.core.internal.pool;

import io.enim.ProviderException.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One breaker per kind of refusal and the calls it is about. Refusals that are about one object (not found, wrong
 * state) open none; the limit has {@link LearnedLimit}. Belongs to the rounds.
 */
final class Breakers {
    private record Scope(Refusal refusal, Set<Call> calls) {}

    private final RandomGenerator random;
    private final Map<Scope, Breaker> breakers = new LinkedHashMap<>();

    Breakers(RandomGenerator random) {
        this.random = random;
    }

    boolean allow(Call call, Instant now) {
        return breakers.entrySet().stream()
                .filter(entry -> entry.getKey().calls().contains(call))
                .allMatch(entry -> entry.getValue().allows(now));
    }

    void began(Call call) {
        about(call).forEach(Breaker::began);
    }

    void succeeded(Call call, Instant began) {
        about(call).forEach(breaker -> breaker.succeeded(began));
        breakers.values().removeIf(Breaker::isClosed);
    }

    void refused(Call call, Refusal refusal, String message, Instant now) {
        about(call).forEach(Breaker::ended);
        Set<Call> calls = callsOf(refusal, call);
        if (!calls.isEmpty()) {
            breakers.computeIfAbsent(new Scope(refusal, calls), scope -> new Breaker(backoff(refusal)))
                    .refused(message, now);
        }
    }

    /** A call ended without the cloud having said anything. */
    void ended(Call call) {
        about(call).forEach(Breaker::ended);
    }

    /** When the next breaker lets a call through. */
    Instant nextProbe(Instant now) {
        return breakers.values().stream()
                .map(Breaker::openUntil)
                .filter(until -> until.isAfter(now))
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    List<String> complaints(Instant now) {
        breakers.values().removeIf(breaker -> breaker.isStale(now));
        return breakers.entrySet().stream()
                .filter(entry -> !entry.getValue().isClosed())
                .map(entry -> complaint(entry.getKey(), entry.getValue(), now))
                .toList();
    }

    private static String complaint(Scope scope, Breaker breaker, Instant now) {
        String calls = String.join(
                ", ", scope.calls().stream().map(Call::text).sorted().toList());
        String until =
                breaker.openUntil().isAfter(now) ? "held back until " + breaker.openUntil() : "being tried again";
        return "the cloud answers " + scope.refusal() + " to " + calls + " (" + breaker.refusals() + " times, " + until
                + "): " + breaker.why();
    }

    private List<Breaker> about(Call call) {
        return breakers.entrySet().stream()
                .filter(entry -> entry.getKey().calls().contains(call))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static Set<Call> callsOf(Refusal refusal, Call refused) {
        return switch (refusal) {
            // Throttles, rights and faults differ by API; a refused creation says nothing about looking.
            case THROTTLED, NOT_PERMITTED, UNAVAILABLE, OTHER -> EnumSet.of(refused);
            case SUBNET_FULL, TOKEN_MISMATCH -> EnumSet.of(Call.CREATE);
            // Nothing can be attached to an instance that is gone, so nothing is created for it (F10).
            case INSTANCE_GONE -> EnumSet.of(Call.CREATE, Call.ATTACH, Call.DETACH);
            case ENI_LIMIT, NOT_FOUND, WRONG_STATE -> EnumSet.noneOf(Call.class);
        };
    }

    private Backoff backoff(Refusal refusal) {
        return switch (refusal) {
            case THROTTLED, UNAVAILABLE -> backoff(1, 2, 60);
            case SUBNET_FULL -> backoff(60, 120, 900);
            case NOT_PERMITTED -> backoff(30, 60, 900);
            case INSTANCE_GONE -> backoff(60, 120, 1800);
            default -> backoff(2, 5, 300);
        };
    }

    private Backoff backoff(int floorSeconds, int baseSeconds, int capSeconds) {
        return new Backoff(
                Duration.ofSeconds(floorSeconds),
                Duration.ofSeconds(baseSeconds),
                Duration.ofSeconds(capSeconds),
                random);
    }
}
