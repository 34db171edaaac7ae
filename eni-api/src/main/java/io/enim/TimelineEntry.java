package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One step in the life of an assignment.
 *
 * @param at when it began
 * @param operation the operation it belongs to, like {@code ADD}
 * @param step what was done
 * @param took how long
 * @param error what went wrong; empty when nothing did
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
