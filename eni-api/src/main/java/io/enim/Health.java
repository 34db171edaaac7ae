// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Whether this node can serve endpoints, and why not.
 *
 * @param status the worst status of all parts
 * @param reasons the problems that lead to it; of a healthy node, only that it is full
 */
public record Health(Status status, List<String> reasons) {
    /** How well the node can serve endpoints. */
    public enum Status {
        /**
         * All parts work, and the next endpoint would be served; or endpoints hold every ENI that this node may have, which a
         * reason says then.
         */
        HEALTHY,
        /**
         * Something needs attention. The reasons say what the next endpoint can expect: to be served, to be served later without
         * help, or, while others are served, that something has to be done first.
         */
        DEGRADED,
        /** No endpoint is served and none can be, or no operation can begin; CNI STATUS code 50. */
        UNAVAILABLE
    }

    public Health {
        requireNonNull(status, "status");
        reasons = PrintableText.of(reasons);
        if (status != Status.HEALTHY && reasons.isEmpty()) {
            throw new InvalidRequestException("health", status + " " + reasons, "a bad status has reasons");
        }
    }

    /** A healthy node. */
    public static Health healthy() {
        return new Health(Status.HEALTHY, List.of());
    }
}
