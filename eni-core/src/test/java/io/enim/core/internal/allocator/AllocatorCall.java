package io.enim.core.internal.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * An operation on the allocator, as a value.
 *
 * @param subject the key of those that are about a key, else the ENI
 * @param key the second subject of those that have one
 */
record AllocatorCall(Verb verb, int subject, int key) {
    /** The operations. */
    enum Verb {
        ALLOCATE,
        LEASE,
        RELEASE,
        RELEASE_TO_REST,
        /** Releases the lease that the key was granted first, live or stale; the answer says which it was. */
        RELEASE_LEASE,
        ADD,
        ADD_RESTING,
        ADOPT,
        REUSE,
        RETIRE,
        QUARANTINE,
        REINSTATE,
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

    /** An operation by chance: half of them allocate and release. */
    static AllocatorCall random(Random random, int keys, int enis) {
        int draw = random.nextInt(20);
        Verb[] verbs = Verb.values();
        Verb verb = draw < 6 ? Verb.ALLOCATE : draw < 10 ? Verb.RELEASE : verbs[1 + random.nextInt(verbs.length - 1)];
        return new AllocatorCall(verb, random.nextInt(verb.isAboutAKey() ? keys : enis), random.nextInt(keys));
    }

    /** Programs by chance, one a thread. */
    static List<List<AllocatorCall>> programs(Random random, int threads, int length, int keys, int enis) {
        List<List<AllocatorCall>> programs = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            List<AllocatorCall> program = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                program.add(random(random, keys, enis));
            }
            programs.add(program);
        }
        return programs;
    }

    @Override
    public String toString() {
        String name = verb.name().toLowerCase(Locale.ROOT);
        return switch (verb) {
            case SNAPSHOT -> name;
            case ADOPT -> name + "(e" + subject + ", k" + key + ")";
            default -> name + (verb.isAboutAKey() ? "(k" : "(e") + subject + ")";
        };
    }
}
