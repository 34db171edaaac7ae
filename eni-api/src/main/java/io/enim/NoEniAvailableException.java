// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** No ENI is free. Tells how many exist in which state, and when to try again. */
public final class NoEniAvailableException extends EniException {
    private static final long serialVersionUID = 1L;
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);
    private static final String NONE_IS_FREE = "none is free";
    private static final String RAISE_MAX = "raise enim.pool.max";

    private final transient Endpoint endpoint;
    private final Map<EniState, Integer> counts;
    private final Duration retryAfter;
    private final String situation;
    private final String remedies;

    /**
     * Describes the pool at the moment of the refusal.
     *
     * @param counts how many ENIs exist in which state; absent means none
     * @param retryAfter when a new attempt makes sense; less than 100 ms counts as that, more than a day as a day
     */
    public NoEniAvailableException(Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter) {
        this(endpoint, counts, retryAfter, RAISE_MAX);
    }

    /**
     * The same.
     *
     * @param howToGetMore what would let the node have more ENIs, as {@code use a larger instance type}
     */
    public NoEniAvailableException(
            Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter, String howToGetMore) {
        this(
                endpoint,
                NONE_IS_FREE,
                counts,
                sensible(retryAfter),
                describe(counts),
                ", delete endpoints, or " + howToGetMore);
    }

    /**
     * A refusal without counts, which are not known yet.
     *
     * @param situation why, and what the caller waits for, as {@code the cloud has not listed this node's ENIs since the start}
     * @param retryAfter when a new attempt makes sense, within the same bounds
     */
    public static NoEniAvailableException uncounted(Endpoint endpoint, String situation, Duration retryAfter) {
        return new NoEniAvailableException(endpoint, NONE_IS_FREE, Map.of(), sensible(retryAfter), situation, "");
    }

    private static Duration sensible(Duration told) {
        if (told.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return told.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : told;
    }

    private NoEniAvailableException(
            Endpoint endpoint,
            String found,
            Map<EniState, Integer> counts,
            Duration retryAfter,
            String situation,
            String remedies) {
        super(
                "allocate an ENI for " + endpoint + ": " + found + "; " + situation + ". Try again in "
                        + retryAfter.toMillis() + " ms" + remedies,
                null,
                true);
        this.endpoint = endpoint;
        this.counts = Map.copyOf(counts);
        this.retryAfter = retryAfter;
        this.situation = situation;
        this.remedies = remedies;
    }

    /** The same, after the request waited this long for an ENI to become free. */
    public NoEniAvailableException afterWaiting(Duration waited) {
        String found = "none became free within " + waited.toMillis() + " ms";
        return new NoEniAvailableException(endpoint, found, counts, retryAfter, situation, remedies);
    }

    /** How many ENIs exist in which state; absent means none, or that the number is not known. */
    public Map<EniState, Integer> counts() {
        return counts;
    }

    /** When a new attempt makes sense. */
    public Duration retryAfter() {
        return retryAfter;
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
