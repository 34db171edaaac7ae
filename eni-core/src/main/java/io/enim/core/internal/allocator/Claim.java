package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A key's wish for an ENI, and, once granted, its lease. It is itself the reference to its result: null while undecided,
 * then for good the {@link Period} it was granted or {@link EniAllocator#NONE}. Its identity is the epoch: no other
 * lease of the same key or ENI is this object.
 */
final class Claim<K, E> extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Claim, Object> NEXT =
            AtomicReferenceFieldUpdater.newUpdater(Claim.class, Object.class, "next");

    final transient K key;

    /** Whether the lease has ended. Set, never cleared. */
    volatile boolean ended;

    /**
     * What comes after the lease: null or {@link EniAllocator#QUARANTINE_NEXT}, then the next period, and in the end
     * {@link EniAllocator#OVER}, so that a lease that somebody keeps does not keep all that came after it.
     */
    private transient volatile @Nullable Object next;

    Claim(K key) {
        this.key = key;
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
        next = EniAllocator.OVER;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Period<K, E> granted() {
        return get() instanceof Period<?, ?> period ? (Period<K, E>) period : null;
    }
}
