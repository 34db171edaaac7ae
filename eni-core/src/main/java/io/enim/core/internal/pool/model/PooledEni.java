// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Desired and observed state of one ENI. Confined to the reconcile loop; not thread-safe. */
public final class PooledEni extends WorkItem {
    /** What the pool wants of it. */
    public enum Desired {
        /** Attach it and make it ready: an intent is behind it. */
        PROVISIONED,
        /** Serve as long as it is attached here: it was found attached, or has served. */
        KEPT,
        /** Detach and delete it. There is no way back. */
        RETIRED
    }

    private static final int STUCK_ATTEMPTS = 2;
    private static final Duration STUCK_AFTER = Duration.ofMinutes(10);

    /** How long a failed ADD counts. */
    private static final Duration FAILED_ADDS_COUNT = Duration.ofHours(1);

    private final String id;
    private final Instant knownSince;
    private final CompletableFuture<Optional<String>> deletion = new CompletableFuture<>();

    private @Nullable CloudIntent intent;
    private @Nullable CloudEni observed;
    private Instant observedAt = Instant.MIN;
    private Instant changedAt = Instant.MIN;
    private boolean everVisible;
    private Streak missing = Streak.NONE;
    private Streak elsewhere = Streak.NONE;
    private @Nullable Instant attachedSince;

    private Optional<EniState> lease = Optional.empty();
    private Instant freeSince = Instant.MAX;

    private boolean quarantined;
    private int failedAdds;
    private Instant lastFailedAdd = Instant.MIN;
    private String problem = "";
    private String malformed = "";
    private Consumer<PooledEni> onChange = eni -> {};
    private Optional<Eni> published = Optional.empty();

    /** One that a record on disk names, and no describe has shown yet. */
    PooledEni(String id, Instant now) {
        this.id = id;
        this.knownSince = now;
    }

    /** One that a describe has shown. */
    public static PooledEni found(CloudEni eni, Instant describeBegan, String instance) {
        PooledEni found = new PooledEni(eni.id(), describeBegan);
        found.described(eni, describeBegan, instance);
        return found;
    }

    /** One that the cloud has just created; describes may not show it yet. */
    public static PooledEni created(CloudEni eni, CloudIntent intent, Instant now, String instance) {
        PooledEni created = new PooledEni(eni.id(), now);
        created.observed(eni, now, instance);
        created.intend(intent);
        return created;
    }

    public String id() {
        return id;
    }

    /** Called after each change from now on. */
    void onChange(Consumer<PooledEni> action) {
        onChange = action;
    }

    @Override
    protected void touched() {
        onChange.accept(this);
    }

    public Desired desired() {
        if (intent == null) {
            return Desired.KEPT;
        }
        return intent.kind() == CloudIntent.Kind.RETIRE ? Desired.RETIRED : Desired.PROVISIONED;
    }

    public boolean isRetiring() {
        return desired() == Desired.RETIRED;
    }

    /** The intent that is behind it; empty for one that was found attached, or has served. */
    public Optional<CloudIntent> intent() {
        return Optional.ofNullable(intent);
    }

    /** From now on this intent is behind it. */
    public void intend(CloudIntent what) {
        intent = what;
        firstAttempt();
    }

    /** Completed when it is gone, with an empty text, or when that failed, with the reason. */
    public CompletableFuture<Optional<String>> deletion() {
        return deletion;
    }

    /** What the cloud last said of it. */
    public Optional<CloudEni> observed() {
        return Optional.ofNullable(observed);
    }

    /** A describe that began at this moment showed it. True when its status changed. */
    boolean described(CloudEni eni, Instant describeBegan, String instance) {
        everVisible = true;
        return observed(eni, describeBegan, instance);
    }

    /** A describe that began at this moment showed it with values that cannot be: it exists, and no more is known. */
    void malformed(String why) {
        missing = Streak.NONE;
        malformed = why;
        touched();
    }

    private boolean observed(CloudEni eni, Instant at, String instance) {
        boolean moved = observed == null || observed.status() != eni.status();
        if (moved) {
            firstAttempt();
        }
        observed = eni;
        published = Optional.empty();
        observedAt = at;
        missing = Streak.NONE;
        malformed = "";
        if (eni.isAttachedTo(instance)) {
            elsewhere = Streak.NONE;
            attachedSince = attachedSince == null ? at : attachedSince;
        } else {
            elsewhere = elsewhere.and(at);
            attachedSince = null;
        }
        touched();
        return moved;
    }

    Optional<MacAddress> mac() {
        return observed().map(CloudEni::mac);
    }

    /** A complete describe that began at this moment did not show it. */
    void missing(Instant describeBegan) {
        missing = missing.and(describeBegan);
        touched();
    }

    /** The cloud was asked to change it; what it said before no longer counts. */
    public void changed(Instant now) {
        changedAt = now;
        touched();
    }

    /** Its retirement gets nowhere: it is tried again and again, or the cloud has not moved for long. */
    public boolean isStuck(Instant now) {
        return attempts() > STUCK_ATTEMPTS
                || !changedAt.equals(Instant.MIN) && changedAt.plus(STUCK_AFTER).isBefore(now);
    }

    boolean wasEverVisible() {
        return everVisible;
    }

    /** Since when this process knows it. */
    Instant knownSince() {
        return knownSince;
    }

    /** Two describes did not show it. */
    public boolean isGone() {
        return missing.isProof();
    }

    /** Two describes showed it, and not attached here. */
    public boolean isDetachedElsewhere() {
        return elsewhere.isProof();
    }

    /** The cloud described it since it was last asked to change it. */
    public boolean isFresh() {
        return observed != null && missing.describes() == 0 && observedAt.isAfter(changedAt);
    }

    /** Since when the cloud says that it is attached here; empty when it does not. */
    public Optional<Instant> attachedSince() {
        return Optional.ofNullable(attachedSince);
    }

    /** Since when its device has to be made ready: since it was attached here, or since it last cooled down. */
    public Optional<Instant> awaitedSince() {
        return attachedSince()
                .map(since -> !freeSince.equals(Instant.MAX) && freeSince.isAfter(since) ? freeSince : since);
    }

    /** The lease as it was found after the last change; empty when it is not offered. */
    public Optional<EniState> lease() {
        return lease;
    }

    /** What its lease is now; while it serves, its problem is what the describes say against it. */
    void lease(Optional<EniState> state) {
        lease = state;
        if (lease.isPresent() && !isBusy()) {
            problem = doubtOfServing();
        }
    }

    /** An endpoint got it or gave it back. */
    void leaseChanged(Instant now) {
        freeSince = now;
        touched();
    }

    /** It is no longer offered. */
    void withdrawn() {
        lease = Optional.empty();
        touched();
    }

    /** Its device has to be checked before it is offered again. */
    public void cooldownEnded(Instant now) {
        firstAttempt();
        leaseChanged(now);
    }

    public Instant freeSince() {
        return freeSince;
    }

    public boolean isLeased() {
        return lease.isPresent();
    }

    public boolean isFree() {
        return lease.equals(Optional.of(EniState.READY));
    }

    public boolean isCoolingDown() {
        return lease.equals(Optional.of(EniState.RECYCLING));
    }

    /** On its way to be offered. */
    public boolean isProvisioning() {
        return lease.isEmpty() && !isRetiring() && !quarantined;
    }

    public boolean takesSlot() {
        return !isRetiring()
                || observed == null
                || missing.describes() == 0 && observed.status() != CloudEni.Status.AVAILABLE;
    }

    /** A device event: the next device check is due at once, or if events came before, after a pause. */
    public void deviceMayBeReady(Instant now) {
        if (attachedSince != null) {
            hasten(now);
        }
    }

    public void failed(String why) {
        problem = why;
        touched();
    }

    /** Keeps it out of circulation. True when it was not quarantined before. */
    public boolean quarantine(String why) {
        boolean first = !quarantined;
        if (first || !problem.equals(why)) {
            quarantined = true;
            failed(why);
        }
        return first;
    }

    /** An ADD could not use it. The next device check is due at once, or if that happened before, later and later. */
    public void failedAdd(Backoff backoff, Instant now) {
        failedAdds = lastFailedAdd.plus(FAILED_ADDS_COUNT).isBefore(now) ? 1 : failedAdds + 1;
        lastFailedAdd = now;
        if (failedAdds > 1) {
            delay(backoff.delay(failedAdds), now);
        }
    }

    /** Its device is on the host and clean: it serves, and no intent is behind it any more. */
    public void ready(Instant now) {
        intent = null;
        firstAttempt();
        quarantined = false;
        problem = "";
        freeSince = now;
        touched();
    }

    private String doubtOfServing() {
        if (missing.describes() > 0) {
            return "not in the cloud's last " + missing.describes() + " descriptions";
        }
        return attachedSince != null
                ? ""
                : "the cloud says " + observed().map(CloudEni::status).orElseThrow() + ", not attached here";
    }

    public boolean isQuarantined() {
        return quarantined;
    }

    /** What is wrong with it; empty when nothing is. */
    public String problem() {
        return malformed.isEmpty() ? problem : malformed;
    }

    /** The cloud tells no address of it: no endpoint can have it. */
    public boolean hasNoAddress() {
        return observed()
                .map(last -> last.ipv4().isEmpty() && last.ipv6().isEmpty())
                .orElse(true);
    }

    /** As endpoints may have it; empty while the cloud has not told its addresses. */
    public Optional<Eni> toEni(EniState state, Optional<Endpoint> holder) {
        return hasNoAddress() ? Optional.empty() : inState(state, holder);
    }

    private Optional<Eni> inState(EniState state, Optional<Endpoint> holder) {
        return observed()
                .map(last -> new Eni(
                        id,
                        last.mac(),
                        last.ipv4(),
                        last.ipv6(),
                        last.subnetId(),
                        last.number(),
                        last.mtu(),
                        state,
                        holder,
                        problem()));
    }

    /** As callers see one that is not leased; the same value as in the round before if nothing changed. */
    public Optional<Eni> published() {
        EniState now = unleasedState();
        if (published
                .filter(eni -> eni.state() == now && eni.reason().equals(problem()))
                .isEmpty()) {
            published = inState(now, Optional.empty());
        }
        return published;
    }

    private EniState unleasedState() {
        if (isRetiring()) {
            return EniState.DETACHING;
        }
        if (quarantined) {
            return EniState.QUARANTINED;
        }
        if (hasNoAddress()) {
            return EniState.ATTACHING;
        }
        boolean wasOffered = !freeSince.equals(Instant.MAX);
        boolean isFirstCheck =
                attachedSince != null && attempts() == 0 && problem().isEmpty();
        return wasOffered && isFirstCheck ? EniState.RECYCLING : EniState.ATTACHING;
    }
}
