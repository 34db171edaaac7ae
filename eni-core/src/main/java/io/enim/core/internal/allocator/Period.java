// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A part of an ENI's time, from the instant it may become free to the end of the lease that follows. It is itself the
 * reference to its owner: null while free, the {@link Claim} it is granted to, an {@link Off}, or, when it is over without a
 * lease, its successor, and finally {@link #OVER}, so that a retained period does not keep later ones reachable. An owner
 * never becomes null again.
 * It is also a cell of the {@link FreeStacks}.
 */
final class Period<K, E> extends AtomicReference<@Nullable Object> {
    /** The successor of a lease or period is dropped: its slot refers to that or a later period. */
    static final Object OVER = "over";

    private static final long serialVersionUID = 1L;
    private static final VarHandle BEFORE = handle(MethodHandles.lookup(), "before", Object.class);

    /** Why a period cannot be granted. It changes only to a later constant, or to the successor. */
    enum Off {
        /** The ENI is being added: to be replaced by a free period before anything else. */
        NEW,
        COOLING_DOWN,
        QUARANTINED,
        RETIRED
    }

    final transient Slot<K, E> slot;

    /** The lease or period that this one is to follow; null once it does. */
    @SuppressWarnings("unused") // by its handle
    private transient @Nullable Object before;

    /** The next cell of the stack, and the approximate number of cells from here to its end. Used by the stacks only. */
    transient @Nullable Period<K, E> below;

    int depth;

    /** A period that follows a {@link Claim} or another period, once that refers to it; null: it follows none. */
    Period(Slot<K, E> slot, @Nullable Object before, @Nullable Off off) {
        this.slot = slot;
        this.before = before;
        setPlain(off);
    }

    /** The handle of a field of the class whose lookup this is. */
    static VarHandle handle(MethodHandles.Lookup lookup, String field, Class<?> type) {
        try {
            return lookup.findVarHandle(lookup.lookupClass(), field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Whether it follows what it was to follow. If that is undecided, it does from now on: the end of a lease, or of a
     * period that is off, is decided here. If another period follows instead, the answer is false for ever.
     */
    boolean succeeds() {
        Object predecessor = BEFORE.getAcquire(this);
        // The predecessor forgets its successor only after that has forgotten the predecessor.
        return predecessor == null || isChosenBy(predecessor) || BEFORE.getAcquire(this) == null;
    }

    private boolean isChosenBy(Object predecessor) {
        if (predecessor instanceof Claim<?, ?> lease) {
            return lease.next == null && lease.next(null, this) || lease.next == this;
        }
        Period<?, ?> period = (Period<?, ?>) predecessor;
        Object off = period.get();
        return (off == Off.NEW || off == Off.COOLING_DOWN) && period.compareAndSet(off, this) || period.get() == this;
    }

    /** Drops the predecessor, so that periods do not keep earlier ones reachable. */
    void forgetPredecessor() {
        BEFORE.setRelease(this, null);
    }

    /** Whether it never becomes free again: it is granted or off, or another took its place. */
    boolean isGone() {
        // Nearly always null: tested here too, so that the rest is not inlined into each walk.
        return BEFORE.getAcquire(this) != null && !succeeds() || get() != null;
    }
}
