package io.enim.core.internal.pool.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a refusal taught about how many ENIs this node may have (F9, F14). The breaker of
 * {@link io.enim.ProviderException.Refusal#ENI_LIMIT}: it lets through what is below the limit, and after a while, which
 * doubles with each disappointment, tries one more. Belongs to the rounds.
 */
public final class LearnedQuota {
    private static final Duration FIRST_RETRY = Duration.ofMinutes(30);
    private static final int MAX_DOUBLINGS = 4;

    private OptionalInt quota = OptionalInt.empty();
    private Instant tryMoreAt = Instant.MAX;
    private int refusals;
    private String why = "";

    /** The cloud refused when there were this many. */
    public void refusedAt(int count, String message, Instant now) {
        quota = OptionalInt.of(count);
        tryMoreAt = now.plus(FIRST_RETRY.multipliedBy(1L << Math.min(refusals, MAX_DOUBLINGS)));
        refusals++;
        why = message;
    }

    /** There are this many now: a limit below that is disproved. */
    public void reached(int count) {
        if (quota.isPresent() && count > quota.getAsInt()) {
            quota = OptionalInt.of(count);
            refusals = 0;
        }
    }

    /** The lower of this and what the cloud says. */
    public int lower(int allowed, Instant now) {
        if (quota.isPresent() && !now.isBefore(tryMoreAt)) {
            quota = OptionalInt.of(quota.getAsInt() + 1);
            tryMoreAt = now.plus(FIRST_RETRY);
        }
        if (quota.isPresent() && quota.getAsInt() >= allowed) {
            quota = OptionalInt.empty();
            refusals = 0;
        }
        return quota.isPresent() ? quota.getAsInt() : allowed;
    }

    public Optional<String> problem() {
        return quota.isEmpty()
                ? Optional.empty()
                : Optional.of("the cloud refused more than " + quota.getAsInt() + " ENIs (" + why
                        + "); one more is tried at " + tryMoreAt);
    }
}
