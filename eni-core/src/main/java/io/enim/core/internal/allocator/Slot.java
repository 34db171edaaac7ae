// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Period.Off;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One ENI. It is itself the reference to its current period or an earlier one, from which readers go on to the current one. */
final class Slot<K, E> extends AtomicReference<Period<K, E>> {
    private static final long serialVersionUID = 1L;

    final transient E eni;

    /** An ENI in its first period, with this owner. */
    Slot(E eni, @Nullable Off owner) {
        this.eni = eni;
        setPlain(new Period<>(this, null, owner));
    }

    /** The current period or an earlier one. */
    Period<K, E> period() {
        return Objects.requireNonNull(get());
    }

    /** The map entry of a slot; a new one for each insertion. */
    static final class Listed<K, E> extends EntryMap.Entry<E> {
        final Slot<K, E> slot;

        Listed(Slot<K, E> slot) {
            super(slot.eni);
            this.slot = slot;
        }

        /** Whether the ENI is retired, after which its slot is not used again. */
        @Override
        boolean isOver() {
            return slot.period().get() == Off.RETIRED;
        }
    }
}
