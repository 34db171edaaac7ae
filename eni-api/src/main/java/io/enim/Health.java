// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Whether this node can serve endpoints, and why not.
 *
 * @param status the worst status of all parts
 * @param reasons the problems that lead to it; empty for a healthy node
 */
public record Health(Status status, List<String> reasons) {
    /** How well the node can serve endpoints. */
    public enum Status {
        /** All parts work, and endpoints can be served. */
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
                    "health", status + " " + reasons, "a bad status, and only a bad one, has reasons");
        }
    }

    /** A healthy node. */
    public static Health healthy() {
        return new Health(Status.HEALTHY, List.of());
    }
}
