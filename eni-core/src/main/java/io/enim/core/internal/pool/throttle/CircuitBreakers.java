// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

import io.enim.ProviderException.Refusal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One breaker per kind of refusal and the calls it concerns. Refusals that concern one object (not found, wrong state)
 * open none; nor does the ENI limit, from which the pool learns a quota. Confined to the reconcile loop; not thread-safe.
 */
final class CircuitBreakers {
    private record Scope(Refusal refusal, Set<CloudCall> calls) {
        @Override
        public String toString() {
            return refusal + " to "
                    + calls.stream().map(CloudCall::text).sorted().collect(Collectors.joining(", "));
        }
    }

    private final RandomGenerator random;
    private final Map<Scope, CircuitBreaker> breakers = new LinkedHashMap<>();

    CircuitBreakers(RandomGenerator random) {
        this.random = random;
    }

    boolean allow(CloudCall cloudCall, Instant now) {
        return matching(cloudCall).allMatch(circuitBreaker -> circuitBreaker.allows(now));
    }

    boolean isOpen(CloudCall cloudCall) {
        return matching(cloudCall).anyMatch(circuitBreaker -> !circuitBreaker.isClosed());
    }

    void began(CloudCall cloudCall) {
        matching(cloudCall).forEach(CircuitBreaker::began);
    }

    void succeeded(CloudCall cloudCall, Instant began) {
        matching(cloudCall).forEach(circuitBreaker -> circuitBreaker.succeeded(began));
        breakers.values().removeIf(CircuitBreaker::isClosed);
    }

    void refused(CloudCall cloudCall, Refusal refusal, String message, Instant began, Instant now) {
        ended(cloudCall);
        Set<CloudCall> calls = callsOf(refusal, cloudCall);
        if (!calls.isEmpty()) {
            breakers.computeIfAbsent(new Scope(refusal, calls), scope -> new CircuitBreaker(backoff(refusal)))
                    .refused(message, began, now);
        }
    }

    /** A call ended without an answer of the cloud. */
    void ended(CloudCall cloudCall) {
        matching(cloudCall).forEach(CircuitBreaker::ended);
    }

    Instant nextProbe(Instant now) {
        return breakers.values().stream()
                .map(CircuitBreaker::openUntil)
                .filter(until -> until.isAfter(now))
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    List<String> problems(Instant now) {
        breakers.values().removeIf(circuitBreaker -> circuitBreaker.isStale(now));
        return breakers.entrySet().stream()
                .map(entry -> "the cloud answers " + entry.getKey() + " "
                        + entry.getValue().status(now))
                .toList();
    }

    private Stream<CircuitBreaker> matching(CloudCall cloudCall) {
        return breakers.entrySet().stream()
                .filter(entry -> entry.getKey().calls().contains(cloudCall))
                .map(Map.Entry::getValue);
    }

    private static Set<CloudCall> callsOf(Refusal refusal, CloudCall refused) {
        return switch (refusal) {
            // Throttles, rights and faults differ by API; a refused create proves nothing about describes.
            case THROTTLED, NOT_PERMITTED, UNAVAILABLE, OTHER -> EnumSet.of(refused);
            case SUBNET_FULL, TOKEN_MISMATCH -> EnumSet.of(CloudCall.CREATE);
            // Nothing can be attached to an instance that is gone, so nothing is created for it (F10).
            case INSTANCE_GONE -> EnumSet.of(CloudCall.CREATE, CloudCall.ATTACH, CloudCall.DETACH);
            case ENI_LIMIT, NOT_FOUND, WRONG_STATE -> EnumSet.noneOf(CloudCall.class);
        };
    }

    private Backoff backoff(Refusal refusal) {
        return switch (refusal) {
            case THROTTLED, UNAVAILABLE -> Backoff.ofSeconds(1, 2, 60, random);
            case SUBNET_FULL -> Backoff.ofSeconds(60, 120, 900, random);
            case NOT_PERMITTED -> Backoff.ofSeconds(30, 60, 900, random);
            case INSTANCE_GONE -> Backoff.ofSeconds(60, 120, 1800, random);
            default -> Backoff.ofSeconds(2, 5, 300, random);
        };
    }
}
