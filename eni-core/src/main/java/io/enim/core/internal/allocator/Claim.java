// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import io.enim.core.internal.allocator.EniAllocator.Status;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A key's request for an ENI and, once granted, its lease; also the map entry of the key. Its identity is the epoch: no
 * other lease of the same key or ENI is this object. After its end it is the state of the ENI, until the ENI is granted to
 * the next claim.
 */
sealed class Claim<K, E> extends EntryMap.Entry<K> implements Lease<K, E> {
    /** The bid of a claim that is granted no ENI; of a wish with the state of its ENI, empty if that is unknown. */
    record None<K, E>(Optional<Status<K, E>> instead) {}

    static final None<?, ?> NONE = new None<>(Optional.empty());

    /** What comes after a claim: a later constant may replace an earlier one, but none that is before it. */
    enum After {
        /** The lease is live, and the ENI is to be quarantined when it ends. */
        QUARANTINE,
        /** The ENI is being added: to be made free before anything else. */
        NEW,
        COOLING_DOWN,
        FREE,
        QUARANTINED,
        RETIRED,
        /** A later claim, which was dropped so that a retained lease does not keep all later ones reachable. */
        PAST
    }

    private static final VarHandle BID = handle("bid");
    private static final VarHandle NEXT = handle("next");

    /**
     * The claim that this one wants to follow, null at first if there was none; finally the {@link Slot} of the ENI that it
     * was granted, or a {@link None}.
     */
    private volatile @Nullable Object bid;

    /** Null while the lease is live, then an {@link After}, then the claim that was granted the ENI next, if any. */
    private volatile @Nullable Object next;

    /** The number of claims of the ENI before this one; written before the slot, by each thread the same. */
    private long turn;

    Claim(K key, @Nullable Claim<K, E> bid) {
        super(key);
        BID.set(this, bid);
    }

    /** The claim of no key that is before all claims of an ENI. */
    Claim(Slot<K, E> slot, Object next) {
        BID.set(this, slot);
        NEXT.set(this, next);
    }

    /** A claim that may be granted only the ENI that it bids for, which is not known yet. */
    static final class Adoption<K, E> extends Claim<K, E> {
        Adoption(K key, Claim<K, E> bid) {
            super(key, bid);
        }
    }

    /** A claim that may be granted only this ENI, at once also from the cooldown after a key that it may follow. */
    static final class Wish<K, E> extends Claim<K, E> {
        final E eni;

        private final Predicate<? super K> mayFollow;

        Wish(K key, E eni, Predicate<? super K> mayFollow) {
            super(key, null);
            this.eni = eni;
            this.mayFollow = mayFollow;
        }

        /** Whether what comes after that claim leaves its ENI to this one. */
        boolean canFollow(Claim<K, E> before, @Nullable Object next) {
            return next == After.FREE || next == After.COOLING_DOWN && mayFollow(before);
        }

        /** Whether that claim is of a key that this one may follow at once. */
        boolean mayFollow(Claim<K, E> before) {
            return before.isOfAKey() && mayFollow.test(before.key());
        }

        /** The state of its ENI when it was granted none; empty: unknown. */
        Optional<Status<K, E>> instead() {
            return bid() instanceof None<?, ?> none ? none(none).instead : Optional.empty();
        }

        @SuppressWarnings("unchecked")
        private None<K, E> none(None<?, ?> none) {
            return (None<K, E>) none;
        }
    }

    /** What comes after the first claim of an ENI that is being adopted: this claim, if the ENI is listed. */
    record Adopter<K, E>(Claim<K, E> claim) {}

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Claim.class, field, Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Nullable
    Object bid() {
        return bid;
    }

    /** Changes a bid that was lost. */
    void bid(@Nullable Object lost, Object following) {
        BID.compareAndSet(this, lost, following);
    }

    @Nullable
    Object next() {
        return next;
    }

    boolean next(@Nullable Object expected, Object following) {
        return NEXT.compareAndSet(this, expected, following);
    }

    /** Drops the next claim, once the slot refers to it or a later one. A thread that does not see this sees that claim. */
    void forgetNext() {
        NEXT.setRelease(this, After.PAST);
    }

    /** Notes, on any thread, that it was granted the ENI after that claim. Done before the claim can end. */
    void follow(Claim<K, E> before) {
        if (!(bid instanceof Slot)) {
            Slot<K, E> slot = before.slot();
            turn = before.turn + 1;
            BID.setRelease(this, slot);
        }
    }

    boolean isGranted() {
        if (bid instanceof Claim<?, ?> before && before.next == this) {
            follow(claim(before));
        }
        return bid instanceof Slot;
    }

    /** Whether the lease has ended. */
    boolean hasEnded() {
        Object after = next;
        return after != null && after != After.QUARANTINE;
    }

    boolean isFree() {
        return next == After.FREE;
    }

    /** Whether it may become free, but is not yet. */
    boolean isPending() {
        return isPending(next);
    }

    /** Whether it never becomes free again. */
    boolean isGone() {
        Object after = next;
        return after != After.FREE && !isPending(after);
    }

    private static boolean isPending(@Nullable Object after) {
        return after == null || after == After.COOLING_DOWN || after == After.NEW;
    }

    @Override
    boolean isOver() {
        return hasEnded() || bid instanceof None;
    }

    /** False of the claim that is before all claims of an ENI. */
    private boolean isOfAKey() {
        return turn > 0;
    }

    /** Whether it was granted the ENI that the other was granted later. */
    boolean isBefore(Claim<K, E> later) {
        return turn < later.turn;
    }

    boolean isOneIn(int turns) {
        return turn % turns == 0;
    }

    /** The slot of the ENI that it was granted. */
    @SuppressWarnings("unchecked")
    Slot<K, E> slot() {
        return (Slot<K, E>) requireNonNull(bid);
    }

    @SuppressWarnings("unchecked")
    private Claim<K, E> claim(Claim<?, ?> claim) {
        return (Claim<K, E>) claim;
    }

    @Override
    public E eni() {
        return slot().eni;
    }

    @Override
    public String toString() {
        return isGranted() ? eni() + " held by " + key() : "a claim by " + key();
    }
}
