package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The stack of cells that point to free periods (Treiber's). Lock-free; empty exactly when {@link #top} is null.
 *
 * <p>A cell only points: what is true of an ENI is in its period. So a cell may lie here twice, or longer than its period
 * is free; then it is a ghost. Ghosts at the top are popped by whoever meets them; those below are unlinked by
 * {@link #sweep}. Cells are inserted at the top only and are fresh, so a compare-and-set cannot mistake one for another,
 * and two sweeps that meet bring a ghost back at worst, but lose no cell.
 *
 * <p>Last in, first out: the ENI used last is in the caches still, while a queue would go through the memory of all of
 * them. What should rest before it is used again is released to rest.
 */
final class FreeStack<K, E> {
    private static final int FEW = 64;

    /** A place in the stack, itself the reference to the one below. */
    static final class Cell<K, E> extends AtomicReference<@Nullable Cell<K, E>> {
        private static final long serialVersionUID = 1L;

        final transient Period<K, E> period;

        Cell(Period<K, E> period) {
            this.period = period;
        }
    }

    private final AtomicReference<@Nullable Cell<K, E>> head = new AtomicReference<>();
    private final AtomicLong ghosts = new AtomicLong();

    @Nullable
    Cell<K, E> top() {
        return head.get();
    }

    void push(Period<K, E> period) {
        Cell<K, E> cell = new Cell<>(period);
        Cell<K, E> top;
        do {
            top = head.get();
            cell.setPlain(top);
        } while (!head.compareAndSet(top, cell));
        period.placed = true;
    }

    /** Takes the cell away if it is still on top. */
    void pop(Cell<K, E> top) {
        head.compareAndSet(top, top.get());
    }

    /** Tells that a cell below the top may have become a ghost. When there are many for so many ENIs, they are unlinked. */
    void ghost(long enis) {
        long count = ghosts.incrementAndGet();
        if (count > FEW && count > enis && ghosts.compareAndSet(count, 0)) {
            sweep();
        }
    }

    private void sweep() {
        Cell<K, E> cell = head.get();
        while (cell != null) {
            Cell<K, E> below = cell.get();
            if (below != null && below.period.isGone()) {
                cell.compareAndSet(below, below.get());
            } else {
                cell = below;
            }
        }
    }

    /** How many cells there are, ghosts included; for tests of the stack's size. */
    int cells() {
        int count = 0;
        for (Cell<K, E> cell = head.get(); cell != null; cell = cell.get()) {
            count++;
        }
        return count;
    }
}
