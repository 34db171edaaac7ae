// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A sign of life of one part of a manager: what it does now, and for how long. Immutable.
 *
 * @param name the part: a loop, {@code operations}, or the call that hangs
 * @param activity what it does, in words
 * @param age how long it has been doing that
 * @param standsStill whether that is longer than it may take; {@link EniManager#health()} names it then (P15)
 */
public record Heartbeat(Kind kind, String name, String activity, Duration age, boolean standsStill) {
    /** What the part is. */
    public enum Kind {
        /** Runs turn by turn as long as the manager does. */
        LOOP,
        /** The operations under way; its age is that of the oldest. */
        OPERATIONS,
        /** Calls of one kind to a cloud, a provider, devices or a disk that have not ended in time; each keeps a thread. */
        CALL
    }

    public Heartbeat {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        requireNonNull(activity, "activity");
        requireNonNull(age, "age");
    }

    @Override
    public String toString() {
        return name + ": " + activity + ", since " + age.toSeconds() + " s" + (standsStill ? "; it stands still" : "");
    }
}
