// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * The request for a round of garbage collection. Immutable.
 *
 * @param valid the living endpoints, if the caller knows: every other one of the assignments in {@code among} is dead
 * @param among the assignments that the caller saw before it made that list; those added or changed later are left. Empty
 *     means all that exist at the moment of the call
 * @param mode whether to act
 */
public record GcRequest(Optional<Set<Endpoint>> valid, Optional<Set<Assignment>> among, Mode mode) {
    /** Whether a round acts. */
    public enum Mode {
        /** Find and repair. */
        ACT,
        /** Find and report; nothing changes. */
        DRY_RUN
    }

    public GcRequest {
        valid = valid.map(Set::copyOf);
        among = among.map(Set::copyOf);
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
        return new GcRequest(valid, among, Mode.DRY_RUN);
    }

    /** The same round, with the assignments that existed when the list of living endpoints was made. */
    public GcRequest among(Collection<Assignment> assignments) {
        return new GcRequest(valid, Optional.of(Set.copyOf(assignments)), mode);
    }
}
