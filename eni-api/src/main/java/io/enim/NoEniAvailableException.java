package io.enim;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** No ENI is free. Tells how many exist in which state, and when to try again. */
public final class NoEniAvailableException extends EniException {
    private static final long serialVersionUID = 1L;

    private final Map<EniState, Integer> counts;
    private final Duration retryAfter;

    /**
     * Describes the pool at the moment of the refusal.
     *
     * @param endpoint the endpoint that needs an ENI
     * @param counts how many ENIs exist in which state; absent means none
     * @param retryAfter when a new attempt makes sense
     */
    public NoEniAvailableException(Endpoint endpoint, Map<EniState, Integer> counts, Duration retryAfter) {
        super(
                "allocate an ENI for " + endpoint + ": none is free; " + describe(counts) + ". Try again in "
                        + retryAfter.toMillis() + " ms, delete endpoints, or raise enim.pool.max",
                null);
        EnumMap<EniState, Integer> copy = new EnumMap<>(EniState.class);
        copy.putAll(counts);
        this.counts = copy;
        this.retryAfter = retryAfter;
    }

    /** How many ENIs exist in which state; absent means none. */
    public Map<EniState, Integer> counts() {
        return Map.copyOf(counts);
    }

    /** When a new attempt makes sense. */
    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    private static String describe(Map<EniState, Integer> counts) {
        int total = counts.values().stream().mapToInt(Integer::intValue).sum();
        if (total == 0) {
            return "this node has no ENI at all";
        }
        return "of " + total + ": "
                + counts.entrySet().stream()
                        .filter(e -> e.getValue() > 0)
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", "));
    }
}
