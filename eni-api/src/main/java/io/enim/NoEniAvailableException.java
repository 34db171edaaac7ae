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
    private static final String RAISE_MAX = "raise enim.pool.max";

    private final transient Endpoint endpoint;
    private final Map<EniState, Integer> counts;
    private final Duration retryAfter;
    private final String howToGetMore;

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
        this(endpoint, "none is free", counts, retryAfter, howToGetMore);
    }

    private NoEniAvailableException(
            Endpoint endpoint, String found, Map<EniState, Integer> counts, Duration told, String howToGetMore) {
        this(endpoint, found, counts, howToGetMore, sensible(told));
    }

    private static Duration sensible(Duration told) {
        if (told.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return told.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : told;
    }

    private NoEniAvailableException(
            Endpoint endpoint, String found, Map<EniState, Integer> counts, String howToGetMore, Duration retryAfter) {
        super(
                "allocate an ENI for " + endpoint + ": " + found + "; " + describe(counts) + ". Try again in "
                        + retryAfter.toMillis() + " ms, delete endpoints, or " + howToGetMore,
                null,
                true);
        this.endpoint = endpoint;
        this.counts = Map.copyOf(counts);
        this.retryAfter = retryAfter;
        this.howToGetMore = howToGetMore;
    }

    /** The same, after the request waited this long for an ENI to become free. */
    public NoEniAvailableException afterWaiting(Duration waited) {
        return new NoEniAvailableException(
                endpoint, "none became free within " + waited.toMillis() + " ms", counts, retryAfter, howToGetMore);
    }

    /** How many ENIs exist in which state; absent means none. */
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
