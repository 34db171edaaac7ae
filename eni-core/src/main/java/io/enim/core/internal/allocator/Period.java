package io.enim.core.internal.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of an ENI's life, from the moment it may become free to the end of the lease that followed. It is itself
 * the reference to its owner: null while free, a {@link Claim} that wants or has it, an {@link Off}, or, when it is over
 * without a lease, the period that came after it, and in the end {@link #OVER}, so that who keeps it does not keep those.
 */
final class Period<K, E> extends AtomicReference<@Nullable Object> {
    /** What came after a lease or a period is forgotten: its slot has moved on. */
    static final Object OVER = "over";

    private static final long serialVersionUID = 1L;
    private static final VarHandle BEFORE;
    private static final VarHandle PLACED;

    static {
        try {
            BEFORE = MethodHandles.lookup().findVarHandle(Period.class, "before", Claim.class);
            PLACED = MethodHandles.lookup().findVarHandle(Period.class, "placed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Why a period is not to be had. One only gives way to a later one, or to the next period. */
    enum Off {
        RESTING,
        QUARANTINED,
        RETIRED
    }

    final transient Slot<K, E> slot;

    /** The lease before it: the period is not to be had until that has ended. Null when there is none, or no more. */
    private transient volatile @Nullable Claim<K, E> before;

    private volatile boolean placed;

    Period(Slot<K, E> slot, @Nullable Claim<K, E> before, @Nullable Object owner) {
        super(owner);
        this.slot = slot;
        this.before = before;
    }

    /** The lease that must end before this period is to be had; null when nothing stands in the way. */
    @Nullable
    Claim<K, E> waitsFor() {
        Claim<K, E> lease = before;
        return lease == null || lease.ended ? null : lease;
    }

    /** Whether the free stacks have had it. A period without an owner is free from then on. */
    boolean isPlaced() {
        return placed;
    }

    /** The free stacks have it. Who sees this late puts it there once more, which does no harm. */
    void place() {
        PLACED.setRelease(this, true);
    }

    /** The lease before has ended: lets go of it, so that periods do not keep all that came before them. */
    void awake() {
        place();
        BEFORE.setRelease(this, null);
    }

    /** Whether it is granted or off, and so never free again. */
    boolean isGone() {
        Object owner = get();
        return owner instanceof Claim<?, ?> claim ? claim.result() == this : owner != null;
    }
}
