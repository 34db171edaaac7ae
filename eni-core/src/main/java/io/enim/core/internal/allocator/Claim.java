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
final class Claim<K, E> extends SplitOrderedMap.Entry<K> implements Lease<K, E> {
    /** The result of a claim that was granted no period. */
    static final Object NONE = "none";

    /** The value of {@link #next} if the ENI is to be quarantined when the lease ends. */
    static final Object QUARANTINE = "quarantine";

    private static final long serialVersionUID = 1L;
    private static final VarHandle RESULT = Period.handle(MethodHandles.lookup(), "result", Object.class);
    private static final VarHandle NEXT = Period.handle(MethodHandles.lookup(), "next", Object.class);

    /** The only period that this claim may be granted, if its ENI was unknown; null for a claim that takes any. */
    final transient @Nullable Period<K, E> adopts;

    /** Whether the lease has ended. Set, never cleared. */
    volatile boolean ended;

    /** Null while undecided, then the {@link Period} it was granted or {@link #NONE}, which is final. */
    transient volatile @Nullable Object result;

    /**
     * What follows the lease: null or {@link #QUARANTINE} until its release begins, then the next period, and finally
     * {@link Period#OVER}, so that a retained lease does not keep all later periods reachable.
     */
    transient volatile @Nullable Object next;

    Claim(K key, @Nullable Period<K, E> adopts) {
        super(key);
        this.adopts = adopts;
    }

    /** Sets the result, if it is undecided. */
    void decide(Object decision) {
        RESULT.compareAndSet(this, null, decision);
    }

    boolean next(@Nullable Object expected, @Nullable Object following) {
        return NEXT.compareAndSet(this, expected, following);
    }

    /** Drops the next period, once its slot refers to it or a later one. A thread that does not see this sees that period. */
    void forgetNext() {
        NEXT.setRelease(this, Period.OVER);
    }

    @SuppressWarnings("unchecked")
    @Nullable
    Period<K, E> granted() {
        return result instanceof Period<?, ?> period ? (Period<K, E>) period : null;
    }

    /** Whether this is a live lease of this period. Once false after true, it stays false. */
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
