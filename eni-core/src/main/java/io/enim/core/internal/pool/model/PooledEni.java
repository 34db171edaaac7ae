package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the pool wants of one ENI, and what it last heard of it. Belongs to the rounds. */
final class Member {
    /** Two looks this close together may have been answered by one stale replica. */
    private static final Duration APART = Duration.ofSeconds(10);

    /** What is wanted. */
    enum Goal {
        /** It is to serve endpoints. */
        SERVE,
        /** It is to be detached and deleted. There is no way back. */
        RETIRE
    }

    final String id;
    final CompletableFuture<Optional<String>> deleted = new CompletableFuture<>();

    private Goal goal = Goal.SERVE;
    private @Nullable CloudEni seen;
    private Instant seenAt = Instant.MIN;
    private Instant changedAt = Instant.MIN;
    private int missed;
    private Instant firstMissed = Instant.MAX;
    private int astray;
    private Instant firstAstray = Instant.MAX;
    private @Nullable Intent intent;
    private boolean recorded;
    private boolean visible;
    private Optional<Eni> shown = Optional.empty();

    /** Work about it is under way. */
    boolean busy;
    /** Attempts at the present step that brought nothing. */
    int attempts;
    /** The next attempt is not before this. */
    Instant notBefore = Instant.MIN;
    /** Since when the cloud says that it is attached here; null when it does not. */
    @Nullable
    Instant attachedSince;
    /** Since when it has been free. */
    Instant freeSince = Instant.MAX;
    /** How it stood on the shelf when this round began; empty when it is not there. */
    Optional<EniState> shelved = Optional.empty();
    /** It is kept out of circulation. */
    boolean quarantined;
    /** What is wrong with it; empty when nothing is. */
    String trouble = "";

    Member(String id) {
        this.id = id;
    }

    Goal goal() {
        return goal;
    }

    boolean retires() {
        return goal == Goal.RETIRE;
    }

    void retire(Intent why, boolean alreadyRecorded) {
        goal = Goal.RETIRE;
        intent = why;
        recorded = alreadyRecorded;
        attempts = 0;
        notBefore = Instant.MIN;
    }

    Optional<CloudEni> seen() {
        return Optional.ofNullable(seen);
    }

    /** The intent that is behind it; empty for one that was there already, or has served. */
    Optional<Intent> intent() {
        return Optional.ofNullable(intent);
    }

    boolean isRecorded() {
        return recorded;
    }

    void intend(Intent what, boolean alreadyRecorded) {
        intent = what;
        recorded = alreadyRecorded;
    }

    void intentRecorded() {
        recorded = true;
    }

    void intentForgotten() {
        intent = null;
        recorded = false;
    }

    /** A look that began at this moment showed it. */
    void seen(CloudEni eni, Instant lookBegan, String instance) {
        if (seen != null && seen.status() != eni.status()) {
            // It moved on: what comes next is a first attempt.
            attempts = 0;
            notBefore = Instant.MIN;
        }
        seen = eni;
        shown = Optional.empty();
        seenAt = lookBegan;
        missed = 0;
        firstMissed = Instant.MAX;
        if (!eni.isAttachedTo(instance)) {
            astray++;
            firstAstray = earlier(firstAstray, lookBegan);
            attachedSince = null;
        } else {
            astray = 0;
            firstAstray = Instant.MAX;
            attachedSince = attachedSince == null ? lookBegan : attachedSince;
        }
    }

    /** A complete look that began at this moment did not show it. */
    void missed(Instant lookBegan) {
        missed++;
        firstMissed = earlier(firstMissed, lookBegan);
        seenAt = lookBegan;
    }

    int missed() {
        return missed;
    }

    /** A look showed it; until then it is known from the answer to its creation, or from disk. */
    void visible() {
        visible = true;
    }

    boolean everVisible() {
        return visible;
    }

    /** Two looks did not show it. */
    boolean isGone() {
        return missed >= 2 && !firstMissed.plus(APART).isAfter(seenAt);
    }

    /** Two looks showed it, and not attached here. */
    boolean isAstray() {
        return astray >= 2 && !firstAstray.plus(APART).isAfter(seenAt);
    }

    /** A look showed it not attached here, and a second one is to tell whether that holds. */
    boolean isSuspect() {
        return astray > 0 && !isAstray();
    }

    /** The cloud was heard since it was last asked to change this ENI. */
    boolean isFresh() {
        return seen != null && missed == 0 && seenAt.isAfter(changedAt);
    }

    /** The cloud was asked to change it; what it said before no longer counts. */
    void changed(Instant now) {
        changedAt = now;
    }

    boolean isFree() {
        return shelved.isPresent() && shelved.get() == EniState.READY;
    }

    boolean isResting() {
        return shelved.isPresent() && shelved.get() == EniState.RECYCLING;
    }

    /** Who held it said that nobody brought its device home. */
    boolean isWrittenOff() {
        return shelved.isPresent() && shelved.get() == EniState.QUARANTINED;
    }

    /** On its way to the shelf. */
    boolean isComing() {
        return shelved.isEmpty() && !retires() && !quarantined;
    }

    boolean takesSlot() {
        return goal == Goal.SERVE || seen == null || missed == 0 && seen.status() != CloudEni.Status.AVAILABLE;
    }

    /** As the outside sees it; empty while the cloud has not said enough. */
    Optional<Eni> toEni(EniState state, Optional<Endpoint> holder) {
        CloudEni last = seen;
        if (last == null || last.ipv4().isEmpty() && last.ipv6().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Eni(
                id, last.mac(), last.ipv4(), last.ipv6(), last.subnetId(), last.number(), state, holder, trouble));
    }

    /** As {@link #toEni} without a holder; the same value as in the round before where nothing changed. */
    Optional<Eni> shown(EniState state) {
        if (shown.isEmpty()
                || shown.get().state() != state
                || !shown.get().reason().equals(trouble)) {
            shown = toEni(state, Optional.empty());
        }
        return shown;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
