package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the pool wants of one ENI, and what it last heard of it. Belongs to the rounds. */
public final class PooledEni {
    /** Two looks this close together may have been answered by one stale replica. */
    private static final Duration APART = Duration.ofSeconds(10);

    /** What is wanted. */
    enum Desired {
        /** It is to serve endpoints. */
        SERVING,
        /** It is to be detached and deleted. There is no way back. */
        RETIRED
    }

    public final String id;
    public final CompletableFuture<Optional<String>> deleted = new CompletableFuture<>();

    private Desired desired = Desired.SERVING;
    private @Nullable CloudEni observed;
    private Instant observedAt = Instant.MIN;
    private Instant changedAt = Instant.MIN;
    private int missingDescribes;
    private Instant firstMissing = Instant.MAX;
    private int elsewhereDescribes;
    private Instant firstElsewhere = Instant.MAX;
    private @Nullable CloudIntent cloudIntent;
    private boolean recorded;
    private boolean visible;
    private Optional<Eni> published = Optional.empty();

    /** Work about it is under way. */
    public boolean busy;
    /** Attempts at the present step that brought nothing. */
    public int attempts;
    /** The next attempt is not before this. */
    public Instant notBefore = Instant.MIN;
    /** Since when the cloud says that it is attached here; null when it does not. */
    @Nullable
    public Instant attachedSince;
    /** Since when it has been free. */
    public Instant freeSince = Instant.MAX;
    /** How it stood on the shelf when this round began; empty when it is not there. */
    public Optional<EniState> lease = Optional.empty();
    /** It is kept out of circulation. */
    public boolean quarantined;
    /** What is wrong with it; empty when nothing is. */
    public String problem = "";

    public PooledEni(String id) {
        this.id = id;
    }

    Desired desired() {
        return desired;
    }

    public boolean isRetiring() {
        return desired == Desired.RETIRED;
    }

    public void retire(CloudIntent why, boolean alreadyRecorded) {
        desired = Desired.RETIRED;
        cloudIntent = why;
        recorded = alreadyRecorded;
        attempts = 0;
        notBefore = Instant.MIN;
    }

    public Optional<CloudEni> observed() {
        return Optional.ofNullable(observed);
    }

    /** The intent that is behind it; empty for one that was there already, or has served. */
    public Optional<CloudIntent> intent() {
        return Optional.ofNullable(cloudIntent);
    }

    public boolean isRecorded() {
        return recorded;
    }

    public void setIntent(CloudIntent what, boolean alreadyRecorded) {
        cloudIntent = what;
        recorded = alreadyRecorded;
    }

    public void intentRecorded() {
        recorded = true;
    }

    public void intentForgotten() {
        cloudIntent = null;
        recorded = false;
    }

    /** A look that began at this moment showed it. */
    public void observed(CloudEni eni, Instant lookBegan, String instance) {
        if (observed != null && observed.status() != eni.status()) {
            // It moved on: what comes next is a first attempt.
            attempts = 0;
            notBefore = Instant.MIN;
        }
        observed = eni;
        published = Optional.empty();
        observedAt = lookBegan;
        missingDescribes = 0;
        firstMissing = Instant.MAX;
        if (!eni.isAttachedTo(instance)) {
            elsewhereDescribes++;
            firstElsewhere = earlier(firstElsewhere, lookBegan);
            attachedSince = null;
        } else {
            elsewhereDescribes = 0;
            firstElsewhere = Instant.MAX;
            attachedSince = attachedSince == null ? lookBegan : attachedSince;
        }
    }

    /** A complete look that began at this moment did not show it. */
    public void missingDescribes(Instant lookBegan) {
        missingDescribes++;
        firstMissing = earlier(firstMissing, lookBegan);
        observedAt = lookBegan;
    }

    public int missingDescribes() {
        return missingDescribes;
    }

    /** A look showed it; until then it is known from the answer to its creation, or from disk. */
    public void visible() {
        visible = true;
    }

    public boolean everVisible() {
        return visible;
    }

    /** Two looks did not show it. */
    public boolean isGone() {
        return missingDescribes >= 2 && !firstMissing.plus(APART).isAfter(observedAt);
    }

    /** Two looks showed it, and not attached here. */
    public boolean isDetachedElsewhere() {
        return elsewhereDescribes >= 2 && !firstElsewhere.plus(APART).isAfter(observedAt);
    }

    /** A look showed it not attached here, and a second one is to tell whether that holds. */
    public boolean isUnconfirmed() {
        return elsewhereDescribes > 0 && !isDetachedElsewhere();
    }

    /** The cloud was heard since it was last asked to change this ENI. */
    public boolean isFresh() {
        return observed != null && missingDescribes == 0 && observedAt.isAfter(changedAt);
    }

    /** The cloud was asked to change it; what it said before no longer counts. */
    public void changed(Instant now) {
        changedAt = now;
    }

    public boolean isFree() {
        return lease.isPresent() && lease.get() == EniState.READY;
    }

    public boolean isCoolingDown() {
        return lease.isPresent() && lease.get() == EniState.RECYCLING;
    }

    /** Who held it said that nobody brought its device home. */
    public boolean isForgottenAsLost() {
        return lease.isPresent() && lease.get() == EniState.QUARANTINED;
    }

    /** On its way to the shelf. */
    public boolean isProvisioning() {
        return lease.isEmpty() && !isRetiring() && !quarantined;
    }

    boolean takesSlot() {
        return desired == Desired.SERVING
                || observed == null
                || missingDescribes == 0 && observed.status() != CloudEni.Status.AVAILABLE;
    }

    /** As the outside sees it; empty while the cloud has not said enough. */
    public Optional<Eni> toEni(EniState state, Optional<Endpoint> holder) {
        CloudEni last = observed;
        if (last == null || last.ipv4().isEmpty() && last.ipv6().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Eni(
                id, last.mac(), last.ipv4(), last.ipv6(), last.subnetId(), last.number(), state, holder, problem));
    }

    /** As {@link #toEni} without a holder; the same value as in the round before where nothing changed. */
    public Optional<Eni> published(EniState state) {
        if (published.isEmpty()
                || published.get().state() != state
                || !published.get().reason().equals(problem)) {
            published = toEni(state, Optional.empty());
        }
        return published;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
