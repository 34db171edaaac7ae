package io.enim.core.internal.pool.model;

import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What speaks for the loss of ENIs: complete looks at the cloud, one after another, that did not show them or showed them
 * attached to something else. A look that shows one in its place, or on its way, ends what was against it. Rounds write,
 * anybody reads.
 */
public final class LossTracker {
    /** Fewer may have been answered by one replica that is behind. */
    private static final int MIN_DESCRIBES = 3;
    /** However patient the settings are not. */
    private static final Duration APART = Duration.ofSeconds(10);

    private record Streak(int describes, Instant first, Instant last, String lastShown) {}

    private final ConcurrentHashMap<String, Streak> streaks = new ConcurrentHashMap<>();
    private final Duration minimumSpan;
    private final Duration fresh;

    /**
     * Makes an account.
     *
     * @param patience over how long the looks have to be spread
     * @param fresh how old the last one may be
     */
    public LossTracker(Duration patience, Duration fresh) {
        this.minimumSpan = patience.compareTo(APART) < 0 ? APART : patience;
        this.fresh = fresh;
    }

    /** A complete look, begun at this moment, showed these; what it says of the ENIs that it should have shown. */
    public void described(Collection<String> expected, Map<String, CloudEni> shown, String instance, Instant began) {
        streaks.keySet().retainAll(expected);
        for (String id : expected) {
            Optional<String> against = evidenceOfLoss(shown.get(id), instance);
            streaks.compute(
                    id,
                    (key, before) -> against.map(text -> before == null
                                    ? new Streak(1, began, began, text)
                                    : new Streak(before.describes() + 1, before.first(), began, text))
                            .orElse(null));
        }
    }

    private static Optional<String> evidenceOfLoss(@Nullable CloudEni eni, String instance) {
        if (eni == null) {
            return Optional.of("does not show it");
        }
        boolean elsewhere = eni.status() == CloudEni.Status.AVAILABLE
                || eni.status() == CloudEni.Status.ATTACHED && !eni.isAttachedTo(instance);
        return elsewhere
                ? Optional.of("shows it " + eni.status()
                        + eni.instanceId().map(other -> " at " + other).orElse(""))
                : Optional.empty();
    }

    /** How it is known that this ENI is lost; empty when it is not known. */
    public Optional<String> evidence(String id, Instant now) {
        return Optional.ofNullable(streaks.get(id))
                .filter(streak -> streak.describes() >= MIN_DESCRIBES)
                .filter(streak -> !streak.first().plus(minimumSpan).isAfter(streak.last()))
                .filter(streak -> !streak.last().plus(fresh).isBefore(now))
                .map(streak -> "the cloud " + streak.lastShown() + " in " + streak.describes()
                        + " complete descriptions in a row, from " + streak.first() + " to " + streak.last());
    }
}
