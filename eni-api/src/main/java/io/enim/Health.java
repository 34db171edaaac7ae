package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Whether this node can serve endpoints, and why not.
 *
 * @param status the worst of what is known
 * @param reasons what stands behind it; empty when all is well
 */
public record Health(Status status, List<String> reasons) {
    /** How well the node can serve. */
    public enum Status {
        /** All sources answer, and endpoints can be served. */
        HEALTHY,
        /** Endpoints can be served, but something needs attention. */
        DEGRADED,
        /** No further endpoint can be served now; CNI STATUS code 50. */
        UNAVAILABLE
    }

    public Health {
        requireNonNull(status, "status");
        reasons = List.copyOf(reasons);
        if (status == Status.HEALTHY != reasons.isEmpty()) {
            throw new InvalidRequestException(
                    "health", status + " " + reasons, "a bad status, and only one, has reasons");
        }
    }

    /** All is well. */
    public static Health healthy() {
        return new Health(Status.HEALTHY, List.of());
    }
}
