// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * An operation under way, as an operator sees it. Immutable.
 *
 * @param operation {@code ADD}, {@code DEL}, {@code CHECK} or {@code GC}
 * @param step the step that it is in, as timelines name it; {@link #WAITS} while it waits for an ENI, {@link #QUEUED} behind an
 *     earlier operation of its endpoint or without a thread yet; empty between two steps
 * @param inStep how long it has been there
 * @param age the time since its call
 * @param position its place among the ADDs that wait for an ENI, from 1, which has the next one; an ADD that requires a certain ENI
 *     counts those alone that require one. Empty for one that does not wait
 */
public record OperationStatus(
        Endpoint endpoint, String operation, String step, Duration inStep, Duration age, OptionalInt position) {
    /** It waits for an ENI. */
    public static final String WAITS = "ADD_WAIT";
    /** It has not begun. */
    public static final String QUEUED = "QUEUED";

    public OperationStatus {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(operation, "operation");
        requireNonNull(step, "step");
        requireNonNull(inStep, "inStep");
        requireNonNull(age, "age");
        requireNonNull(position, "position");
    }

    /** The same operation, which waits for an ENI at this place for so long. */
    public OperationStatus waitsAt(int place, Duration since) {
        return new OperationStatus(endpoint, operation, WAITS, since, age, OptionalInt.of(place));
    }
}
