package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A key's wish for an ENI, and, once granted, its lease. It is itself the reference to its result: null while undecided,
 * then for good the {@link Period} it was granted or {@link #NONE}. Its identity is the epoch: no other lease of the same
 * key or ENI is this object.
 */
final class Claim<K, E> extends AtomicReference<@Nullable Object> implements Lease<K, E> {
    /** The result of a claim that got nothing. */
    static final Object NONE = "none";

    /** As {@link #next}: the ENI goes into quarantine when the lease ends. */
    static final Object QUARANTINE = "quarantine";

    /** As {@link #next}: the lease has ended and its slot shows what came after. */
    static final Object OVER = "over";

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Claim, Object> NEXT =
            AtomicReferenceFieldUpdater.newUpdater(Claim.class, Object.class, "next");

    final transient K key;

    /** The one period this claim may be granted, if its ENI is new here; null for a claim that takes any. */
    final transient @Nullable Period<K, E> adopts;

    /** Whether the lease has ended. Set, never cleared. */
    volatile boolean ended;

    /**
     * What comes after the lease: null or {@link #QUARANTINE} until its release begins, then the next period, and in the
     * end {@link #OVER}, so that a lease that somebody keeps does not keep all that came after it.
     */
    private transient volatile @Nullable Object next;

    Claim(K key, @Nullable Period<K, E> adopts) {
        this.key = key;
        this.adopts = adopts;
    }

    @Nullable
    Object next() {
        return next;
    }

    boolean next(@Nullable Object expected, @Nullable Object following) {
        return NEXT.compareAndSet(this, expected, following);
    }

    /** Forgets the next period, once its slot shows it. */
    void forgetNext() {
        next = OVER;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Period<K, E> granted() {
        return get() instanceof Period<?, ?> period ? (Period<K, E>) period : null;
    }

    /** Whether this is a lease now, of this period. Once false after true, false for good. */
    boolean holds(Period<?, ?> period) {
        return get() == period && !ended;
    }

    @Override
    public K key() {
        return key;
    }

    @Override
    public E eni() {
        Period<K, E> period = granted();
        if (period == null) {
            throw new IllegalStateException(
                    "lease of " + key + ": it was never granted, and is handed out only when it was");
        }
        return period.slot.eni;
    }

    @Override
    public String toString() {
        Period<K, E> period = granted();
        return period == null ? "a claim by " + key : period.slot.eni + " held by " + key;
    }
}
