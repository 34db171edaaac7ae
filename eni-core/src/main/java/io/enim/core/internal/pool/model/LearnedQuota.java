package io.enim.core.internal.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a refusal taught about how many ENIs this node may have (F9, F14). The breaker of
 * {@link io.enim.ProviderException.Refusal#ENI_LIMIT}: it lets through what is below the limit, and after a while, which
 * doubles with each disappointment, tries one more. Belongs to the rounds.
 */
final class LearnedLimit {
    private static final Duration FIRST = Duration.ofMinutes(30);
    private static final int MAX_DOUBLINGS = 4;

    private OptionalInt limit = OptionalInt.empty();
    private Instant tryMoreAt = Instant.MAX;
    private int disappointments;
    private String why = "";

    /** The cloud refused when there were this many. */
    void refusedAt(int count, String message, Instant now) {
        limit = OptionalInt.of(count);
        tryMoreAt = now.plus(FIRST.multipliedBy(1L << Math.min(disappointments, MAX_DOUBLINGS)));
        disappointments++;
        why = message;
    }

    /** There are this many now: a limit below that is disproved. */
    void reached(int count) {
        if (limit.isPresent() && count > limit.getAsInt()) {
            limit = OptionalInt.of(count);
            disappointments = 0;
        }
    }

    /** The lower of this and what the cloud says. */
    int lower(int allowed, Instant now) {
        if (limit.isPresent() && !now.isBefore(tryMoreAt)) {
            limit = OptionalInt.of(limit.getAsInt() + 1);
            tryMoreAt = now.plus(FIRST);
        }
        if (limit.isPresent() && limit.getAsInt() >= allowed) {
            limit = OptionalInt.empty();
            disappointments = 0;
        }
        return limit.isPresent() ? limit.getAsInt() : allowed;
    }

    Optional<String> complaint() {
        return limit.isEmpty()
                ? Optional.empty()
                : Optional.of("the cloud refused more than " + limit.getAsInt() + " ENIs (" + why
                        + "); one more is tried at " + tryMoreAt);
    }
}
