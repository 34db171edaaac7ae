// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A key's request for an ENI and, once granted, its lease; also the map entry of the key. Its identity is the epoch: no
 * other lease of the same key or ENI is this object.
 */
sealed class Claim<K, E> extends EntryMap.Entry<K> implements Lease<K, E> {
    /** The bid of a claim that is granted no period. */
    static final Object NONE = "none";

    /** The value of {@link #next} if the ENI is to be quarantined when the lease ends. */
    static final Object QUARANTINE = "quarantine";

    private static final VarHandle BID = Period.handle(MethodHandles.lookup(), "bid", Object.class);
    private static final VarHandle NEXT = Period.handle(MethodHandles.lookup(), "next", Object.class);

    /** The {@link Period} it is granted once that is owned by this claim; null if there was none at first, or {@link #NONE}. */
    volatile @Nullable Object bid;

    /**
     * What follows the lease: null or {@link #QUARANTINE} while it is live, then the next period, and finally
     * {@link Period#OVER}, so that a retained lease does not keep all later periods reachable.
     */
    volatile @Nullable Object next;

    Claim(K key, @Nullable Period<K, E> bid) {
        super(key);
        BID.set(this, bid);
    }

    /** A claim that may be granted only this period, that of an ENI which is not known yet. */
    static final class Adoption<K, E> extends Claim<K, E> {
        Adoption(K key, Period<K, E> period) {
            super(key, period);
        }
    }

    /** The owner of the period of an ENI that is being adopted: this claim, if the ENI is listed. */
    record Adopter<K, E>(Claim<K, E> claim) {}

    /** Changes a bid that was lost. */
    void bid(@Nullable Object lost, Object following) {
        BID.compareAndSet(this, lost, following);
    }

    boolean next(@Nullable Object expected, Object following) {
        return NEXT.compareAndSet(this, expected, following);
    }

    /** Drops the next period, once its slot refers to it or a later one. A thread that does not see this sees that period. */
    void forgetNext() {
        NEXT.setRelease(this, Period.OVER);
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Period<K, E> granted() {
        return bid instanceof Period<?, ?> period && period.get() == this ? (Period<K, E>) period : null;
    }

    /** Whether the lease has ended. */
    boolean hasEnded() {
        Object following = next;
        return following != null && following != QUARANTINE;
    }

    @Override
    boolean isOver() {
        return hasEnded() || bid == NONE;
    }

    @Override
    public E eni() {
        return requireNonNull(granted(), "a lease is handed out only when it was granted").slot.eni;
    }

    @Override
    public String toString() {
        Period<K, E> period = granted();
        return period == null ? "a claim by " + key() : period.slot.eni + " held by " + key();
    }
}
