package io.enim.core.internal.allocator;

import java.util.Locale;
import java.util.Optional;

/**
 * An operation on the allocator, as a value.
 *
 * @param subject the key of an operation on a key, else the ENI
 * @param key the key of an operation on both
 */
record AllocatorCall(Verb verb, int subject, int key) {
    /** The operations. */
    enum Verb {
        ALLOCATE,
        LEASE,
        RELEASE,
        RELEASE_TO_COOLDOWN,
        RELEASE_TO_LAST,
        /** Releases the first lease of the key, live or stale; the answer tells which. */
        RELEASE_LEASE,
        ADD,
        ADD_COOLING_DOWN,
        ADOPT,
        /** For a key that may take back from the cooldown what it had last. */
        ALLOCATE_ENI,
        REUSE,
        RETIRE,
        QUARANTINE,
        STATUS,
        SNAPSHOT;

        boolean isAboutAKey() {
            return ordinal() < ADD.ordinal();
        }
    }

    /** The answer to {@link Verb#RELEASE_LEASE}. */
    record EndedLease(Optional<Lease<Integer, Integer>> lease, boolean first) {}

    static AllocatorCall of(Verb verb, int subject) {
        return new AllocatorCall(verb, subject, 0);
    }

    @Override
    public String toString() {
        String name = verb.name().toLowerCase(Locale.ROOT);
        return switch (verb) {
            case SNAPSHOT -> name;
            case ADOPT, ALLOCATE_ENI -> name + "(e" + subject + ", k" + key + ")";
            default -> name + (verb.isAboutAKey() ? "(k" : "(e") + subject + ")";
        };
    }
}
