// SPDX-License-Identifier: Apache-2.0
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
 * Evidence that ENIs are lost: complete describes in a row that did not show them, or showed them not attached here. A
 * describe that shows one attached here, or attaching or detaching, ends its streak. Written on the loop; thread-safe to
 * read.
 */
public final class LossTracker {
    /** Fewer may come from one stale replica. */
    private static final int MIN_DESCRIBES = 3;

    private static final Loss NO_LOSS = new Loss(Streak.NONE, "");

    private record Loss(Streak streak, String lastShown) {}

    private final ConcurrentHashMap<String, Loss> losses = new ConcurrentHashMap<>();
    private final Duration minimumSpan;
    private final Duration fresh;

    /** Proof is a streak that spans this time, at least {@link Streak#MIN_APART}, and whose last describe is this fresh. */
    public LossTracker(Duration span, Duration fresh) {
        this.minimumSpan = span.compareTo(Streak.MIN_APART) < 0 ? Streak.MIN_APART : span;
        this.fresh = fresh;
    }

    /** Counts a complete describe for and against the ENIs that it should have shown. */
    public void described(Collection<String> expected, Map<String, CloudEni> shown, String instance, Instant began) {
        losses.keySet().retainAll(expected);
        for (String id : expected) {
            Streak before = losses.getOrDefault(id, NO_LOSS).streak();
            evidenceOfLoss(shown.get(id), instance)
                    .ifPresentOrElse(
                            text -> losses.put(id, new Loss(before.and(began), text)), () -> losses.remove(id));
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

    /** The proof that this ENI is lost; empty when there is none. */
    public Optional<String> evidence(String id, Instant now) {
        Loss loss = losses.getOrDefault(id, NO_LOSS);
        Streak streak = loss.streak();
        boolean proven = streak.describes() >= MIN_DESCRIBES && streak.spans(minimumSpan);
        return proven && !streak.last().plus(fresh).isBefore(now)
                ? Optional.of("the cloud " + loss.lastShown() + " in " + streak.describes()
                        + " complete descriptions in a row, from " + streak.first() + " to " + streak.last())
                : Optional.empty();
    }
}
