package io.enim.core.internal.pool;

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
final class Losses {
    /** Fewer may have been answered by one replica that is behind. */
    private static final int LOOKS = 3;
    /** However patient the settings are not. */
    private static final Duration APART = Duration.ofSeconds(10);

    private record Absence(int looks, Instant first, Instant last, String lastShown) {}

    private final ConcurrentHashMap<String, Absence> absences = new ConcurrentHashMap<>();
    private final Duration over;
    private final Duration fresh;

    /**
     * Makes an account.
     *
     * @param patience over how long the looks have to be spread
     * @param fresh how old the last one may be
     */
    Losses(Duration patience, Duration fresh) {
        this.over = patience.compareTo(APART) < 0 ? APART : patience;
        this.fresh = fresh;
    }

    /** A complete look, begun at this moment, showed these; what it says of the ENIs that it should have shown. */
    void looked(Collection<String> expected, Map<String, CloudEni> shown, String instance, Instant began) {
        absences.keySet().retainAll(expected);
        for (String id : expected) {
            Optional<String> against = against(shown.get(id), instance);
            absences.compute(
                    id,
                    (key, before) -> against.map(text -> before == null
                                    ? new Absence(1, began, began, text)
                                    : new Absence(before.looks() + 1, before.first(), began, text))
                            .orElse(null));
        }
    }

    private static Optional<String> against(@Nullable CloudEni eni, String instance) {
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
    Optional<String> evidence(String id, Instant now) {
        return Optional.ofNullable(absences.get(id))
                .filter(absence -> absence.looks() >= LOOKS)
                .filter(absence -> !absence.first().plus(over).isAfter(absence.last()))
                .filter(absence -> !absence.last().plus(fresh).isBefore(now))
                .map(absence -> "the cloud " + absence.lastShown() + " in " + absence.looks()
                        + " complete descriptions in a row, from " + absence.first() + " to " + absence.last());
    }
}
