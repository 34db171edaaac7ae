// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One step of an operation on an endpoint.
 *
 * @param at when it began
 * @param operation the operation it belongs to, like {@code ADD}
 * @param error the simple name of its error; empty when it succeeded
 */
public record TimelineEntry(Instant at, String operation, String step, Duration took, Optional<String> error) {
    public TimelineEntry {
        requireNonNull(at, "at");
        requireNonNull(operation, "operation");
        requireNonNull(step, "step");
        requireNonNull(took, "took");
        requireNonNull(error, "error");
    }
}
