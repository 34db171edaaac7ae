// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** No ENI is free, or not the required one. Tells how many exist in which state, and when to try again. */
public final class NoEniAvailableException extends EniException {
    private static final long serialVersionUID = 1L;
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);

    /** What the endpoint asked for, as messages say what became of it. */
    private enum Asked {
        ANY("none is free", "none became free"),
        REQUIRED("the required one is not free", "the required one did not become free");

        private final String atOnce;
        private final String inVain;

        Asked(String atOnce, String inVain) {
            this.atOnce = atOnce;
            this.inVain = inVain;
        }
    }

    private final transient Endpoint endpoint;
    private final Asked asked;
    private final Map<EniState, Integer> counts;
    private final Duration retryAfter;
    private final String situation;
    private final String remedies;
    private final transient @Nullable Endpoint holder;

    /**
     * Describes the pool at the moment of the refusal.
     *
     * @param counts how many ENIs exist in which state; absent means none
     * @param retryAfter when a new attempt makes sense; less than 100 ms counts as that, more than a day as a day
     */
    public NoEniAvailableException(Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter) {
        this(endpoint, counts, retryAfter, ", or delete endpoints", describe(counts));
    }

    private NoEniAvailableException(
            Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter, String remedies, String situation) {
        this(endpoint, Asked.ANY, Asked.ANY.atOnce, counts, sensible(retryAfter), situation, remedies, null);
    }

    /**
     * The same.
     *
     * @param howToGetMore what would let the node have more ENIs, as {@code use a larger instance type}
     */
    public NoEniAvailableException(
            Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter, String howToGetMore) {
        this(endpoint, counts, retryAfter, ", delete endpoints, or " + howToGetMore, describe(counts));
    }

    /**
     * A refusal without counts, which are not known yet.
     *
     * @param situation why, and what the caller waits for, as {@code the cloud has not listed this node's ENIs since the start}
     * @param retryAfter when a new attempt makes sense, within the same bounds
     */
    public static NoEniAvailableException uncounted(Endpoint endpoint, String situation, Duration retryAfter) {
        return new NoEniAvailableException(
                endpoint, Asked.ANY, Asked.ANY.atOnce, Map.of(), sensible(retryAfter), situation, "", null);
    }

    /**
     * A refusal of the ENI that the endpoint requires, without counts.
     *
     * @param situation what became of that ENI, as {@code eni-1 cools down until 2026-01-01T00:00:30Z}
     * @param holder the endpoint that holds it
     * @param retryAfter when a new attempt makes sense, within the same bounds
     */
    public static NoEniAvailableException required(
            Endpoint endpoint, EniWish wish, String situation, Optional<Endpoint> holder, Duration retryAfter) {
        String remedies = holder.map(other -> ", delete " + other).orElse("") + ", or do not require " + wish;
        return new NoEniAvailableException(
                endpoint,
                Asked.REQUIRED,
                Asked.REQUIRED.atOnce,
                Map.of(),
                sensible(retryAfter),
                situation,
                remedies,
                holder.orElse(null));
    }

    private static Duration sensible(Duration told) {
        if (told.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return told.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : told;
    }

    private NoEniAvailableException(
            Endpoint endpoint,
            Asked asked,
            String found,
            Map<EniState, Integer> counts,
            Duration retryAfter,
            String situation,
            String remedies,
            @Nullable Endpoint holder) {
        super(
                "allocate an ENI for " + endpoint + ": " + found + "; " + situation + ". Try again in "
                        + retryAfter.toMillis() + " ms" + remedies,
                null,
                true);
        this.endpoint = endpoint;
        this.asked = asked;
        this.counts = Map.copyOf(counts);
        this.retryAfter = retryAfter;
        this.situation = situation;
        this.remedies = remedies;
        this.holder = holder;
    }

    /** The same, after the request waited this long for an ENI to become free. */
    public NoEniAvailableException afterWaiting(Duration waited) {
        String found = asked.inVain + " within " + waited.toMillis() + " ms";
        return new NoEniAvailableException(endpoint, asked, found, counts, retryAfter, situation, remedies, holder);
    }

    /** How many ENIs exist in which state; absent means none, or that the number is not known. */
    public Map<EniState, Integer> counts() {
        return counts;
    }

    /** When a new attempt makes sense. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The endpoint that holds the required ENI; empty when none does, or none was required. */
    public Optional<Endpoint> holder() {
        return Optional.ofNullable(holder);
    }

    private static String describe(Map<EniState, Integer> counts) {
        int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        String states = Stream.of(EniState.values())
                .filter(state -> counts.getOrDefault(state, 0) > 0)
                .map(state -> counts.get(state) + " " + state)
                .collect(Collectors.joining(", "));
        return total == 0 ? "this node has no ENI at all" : "of " + total + ": " + states;
    }
}
