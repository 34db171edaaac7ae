// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.After;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** One ENI. It is itself the reference to its latest claim or an earlier one, from which readers go on to the latest. */
final class Slot<K, E> extends AtomicReference<Claim<K, E>> {
    private static final long serialVersionUID = 1L;

    final transient E eni;

    /** An ENI without claims, in this state. */
    Slot(E eni, Object state) {
        this.eni = eni;
        setPlain(new Claim<>(this, state));
    }

    /** The latest claim or an earlier one. */
    Claim<K, E> claim() {
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
            return slot.claim().next() == After.RETIRED;
        }
    }
}
