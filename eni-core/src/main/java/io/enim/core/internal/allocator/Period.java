// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A part of an ENI's time, from the instant it may become free to the end of the lease that follows. It is itself the
 * reference to its owner: null while free, a {@link Claim} as tentative or final owner, an {@link Off}, or, when it is over
 * without a lease, its successor, and finally {@link #OVER}, so that a retained period does not keep later ones reachable.
 */
final class Period<K, E> extends AtomicReference<@Nullable Object> {
    /** The successor of a lease or period is dropped: its slot refers to that or a later period. */
    static final Object OVER = "over";

    private static final long serialVersionUID = 1L;
    private static final VarHandle BEFORE = handle(MethodHandles.lookup(), "before", Claim.class);
    private static final VarHandle PUSHED = handle(MethodHandles.lookup(), "pushed", boolean.class);

    /** Why a period cannot be granted. It changes only to a later constant, or to the successor. */
    enum Off {
        COOLING_DOWN,
        QUARANTINED,
        RETIRED
    }

    final transient Slot<K, E> slot;

    /** The previous lease: the period is dormant until that has ended. Null when there is none, or no longer. */
    private transient volatile @Nullable Claim<K, E> before;

    /** Whether it was pushed to the free stacks. A period without an owner is free from then on. */
    volatile boolean pushed;

    Period(Slot<K, E> slot, @Nullable Claim<K, E> before, @Nullable Object owner) {
        super(owner);
        this.slot = slot;
        this.before = before;
    }

    /** The handle of a field of the class whose lookup this is. */
    static VarHandle handle(MethodHandles.Lookup lookup, String field, Class<?> type) {
        try {
            return lookup.findVarHandle(lookup.lookupClass(), field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The lease whose end this period awaits; null when it is not dormant. */
    @Nullable
    Claim<K, E> dormantUntilEndOf() {
        Claim<K, E> lease = before;
        return lease == null || lease.ended ? null : lease;
    }

    /** Records the push. A thread that does not see this pushes it again, which does no harm. */
    void markPushed() {
        PUSHED.setRelease(this, true);
    }

    /** Drops the previous lease, which has ended, so that periods do not keep earlier ones reachable. */
    void wake() {
        markPushed();
        BEFORE.setRelease(this, null);
    }

    /** Whether it is granted or off, and so never becomes free again. */
    boolean isGone() {
        Object owner = get();
        return owner instanceof Claim<?, ?> claim ? claim.result == this : owner != null;
    }
}
