package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One ENI. It is itself the reference to its present period; readers go on from there to the latest. */
final class Slot<K, E> extends AtomicReference<@Nullable Period<K, E>> {
    private static final long serialVersionUID = 1L;

    final transient E eni;

    /** An ENI in its first period, with this owner. */
    Slot(E eni, @Nullable Object owner) {
        this.eni = eni;
        setPlain(new Period<>(this, null, owner));
    }

    /** A slot under its ENI; made anew whenever it is put there. */
    static final class Listed<K, E> extends SplitOrderedMap.Entry<E> {
        private static final long serialVersionUID = 1L;

        final transient Slot<K, E> slot;

        Listed(Slot<K, E> slot) {
            super(slot.eni);
            this.slot = slot;
        }
    }
}
