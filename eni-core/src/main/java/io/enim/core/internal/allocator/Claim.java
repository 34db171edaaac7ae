package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A key's wish for an ENI, and, once granted, its lease; at the same time the entry that lies under the key. Its identity
 * is the epoch: no other lease of the same key or ENI is this object.
 */
final class Claim<K, E> extends SplitOrderedMap.Entry<K> implements Lease<K, E> {
    /** The result of a claim that got nothing. */
    static final Object NONE = "none";

    /** As {@link #next}: the ENI goes into quarantine when the lease ends. */
    static final Object QUARANTINE = "quarantine";

    private static final long serialVersionUID = 1L;
    private static final VarHandle RESULT;
    private static final VarHandle NEXT;

    static {
        try {
            RESULT = MethodHandles.lookup().findVarHandle(Claim.class, "result", Object.class);
            NEXT = MethodHandles.lookup().findVarHandle(Claim.class, "next", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The one period this claim may be granted, if its ENI is new here; null for a claim that takes any. */
    final transient @Nullable Period<K, E> adopts;

    /** Whether the lease has ended. Set, never cleared. */
    volatile boolean ended;

    /** Null while undecided, then for good the {@link Period} it was granted or {@link #NONE}. */
    private transient volatile @Nullable Object result;

    /**
     * What comes after the lease: null or {@link #QUARANTINE} until its release begins, then the next period, and in the
     * end {@link Period#OVER}, so that a lease that somebody keeps does not keep all that came after it.
     */
    private transient volatile @Nullable Object next;

    Claim(K key, @Nullable Period<K, E> adopts) {
        super(key);
        this.adopts = adopts;
    }

    @Nullable
    Object result() {
        return result;
    }

    /** Sets the result, if it is undecided. */
    void decide(Object decision) {
        RESULT.compareAndSet(this, null, decision);
    }

    @Nullable
    Object next() {
        return next;
    }

    boolean next(@Nullable Object expected, @Nullable Object following) {
        return NEXT.compareAndSet(this, expected, following);
    }

    /** Forgets the next period, once its slot has moved on to it or further. Who sees it late sees that period. */
    void forgetNext() {
        NEXT.setRelease(this, Period.OVER);
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Period<K, E> granted() {
        return result instanceof Period<?, ?> period ? (Period<K, E>) period : null;
    }

    /** Whether this is a lease now, of this period. Once false after true, false for good. */
    boolean holds(Period<?, ?> period) {
        return result == period && !ended;
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
