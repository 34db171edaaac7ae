// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The request for a round of garbage collection. Immutable.
 *
 * @param valid the living endpoints, if the caller knows: every other one that was added before {@code asOf} is dead
 * @param asOf when that list was true; endpoints added later are not changed. Empty means the moment of the call
 * @param mode whether to act
 */
public record GcRequest(Optional<Set<Endpoint>> valid, Optional<Instant> asOf, Mode mode) {
    /** Whether a round acts. */
    public enum Mode {
        /** Find and repair. */
        ACT,
        /** Find and report; nothing changes. */
        DRY_RUN
    }

    public GcRequest {
        valid = valid.map(Set::copyOf);
        requireNonNull(asOf, "asOf");
        requireNonNull(mode, "mode");
    }

    /** A round that determines the living endpoints itself. */
    public static GcRequest full() {
        return new GcRequest(Optional.empty(), Optional.empty(), Mode.ACT);
    }

    /** A round in which exactly these endpoints are alive now. */
    public static GcRequest valid(Set<Endpoint> endpoints) {
        return new GcRequest(Optional.of(endpoints), Optional.empty(), Mode.ACT);
    }

    /** The same round, which only reports. */
    public GcRequest dryRun() {
        return new GcRequest(valid, asOf, Mode.DRY_RUN);
    }

    /** The same round, with the moment at which the list of living endpoints was true. */
    public GcRequest asOf(Instant moment) {
        return new GcRequest(valid, Optional.of(moment), mode);
    }
}
