// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An operation on an endpoint, as a whole, when its caller has the answer. Immutable.
 *
 * @param operation {@code ADD}, {@code DEL}, {@code CHECK} or {@code TAKE}
 * @param began when it was called, by the wall clock
 * @param took until its answer
 * @param outcome {@code ok}, or the simple name of the error's type
 * @param steps those that had ended by then, oldest first, the latest 64; one that its caller left goes on, and is not among them
 */
public record OperationReport(
        String operation, Endpoint endpoint, Instant began, Duration took, String outcome, List<TimelineEntry> steps) {
    public OperationReport {
        requireNonNull(operation, "operation");
        requireNonNull(endpoint, "endpoint");
        requireNonNull(began, "began");
        requireNonNull(took, "took");
        requireNonNull(outcome, "outcome");
        steps = List.copyOf(steps);
    }
}
