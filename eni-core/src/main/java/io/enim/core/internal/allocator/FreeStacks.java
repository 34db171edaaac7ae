package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stacks of cells that point to free periods (Treiber's), several side by side, so that threads that work at the same time
 * do not fight for one top. A thread pushes to a stack of its own choice and looks there first, then at all the others.
 * Lock-free; {@link #top} is null exactly if at some instant within the call all were empty.
 *
 * <p>A cell only points: what is true of an ENI is in its period. So a cell may lie here twice, or longer than its period
 * is free; then it is a ghost. Ghosts at the top are popped by whoever meets them. Those below are unlinked when a stack has
 * become twice as deep as it was after the last time, so there are never more cells than some for each ENI there ever was at
 * once, and each push pays for a constant part of it. Cells are inserted at the top only and are fresh, so a compare-and-set
 * cannot mistake one for another, and two sweeps that meet bring a ghost back at worst, but lose no cell.
 *
 * <p>At the bottom of each stack lies a cell without a period, and whoever pushes onto a bottom puts a fresh one in its
 * place. So a stack that has the same bottom on top twice was empty all the time between, and if that is so of each, all
 * were empty at once.
 *
 * <p>Last in, first out: the ENI used last is in the caches still, while a queue would go through the memory of all of
 * them. What should rest before it is used again is released to rest.
 *
 * <p>Not final, so that a test can seed a bug.
 */
class FreeStacks<K, E> {
    private static final int FEW = 64;
    private static final int MOST = 64;
    private static final int FOR_EACH_PROCESSOR = 4;

    /** So many references apart, no two tops share a cache line, nor the line that is fetched with it. */
    private static final int APART = 32;

    /** A place in a stack, itself the reference to the one below. */
    static final class Cell<K, E> extends AtomicReference<@Nullable Cell<K, E>> {
        private static final long serialVersionUID = 1L;

        /** Null at the bottom. */
        final transient @Nullable Period<K, E> period;

        private final int stack;

        /** About how many cells lie from here to the bottom. */
        private int depth;

        private Cell(@Nullable Period<K, E> period, int stack) {
            this.period = period;
            this.stack = stack;
        }
    }

    private final IntSupplier choice;
    private final AtomicReferenceArray<Cell<K, E>> tops;
    private final int mask;
    private final AtomicIntegerArray deepest;

    /** As many stacks as threads may work at once, and some more, since which thread uses which is left to chance. */
    FreeStacks() {
        this(Math.min(MOST, FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors()), () ->
                (int) Thread.currentThread().getId());
    }

    /** So many stacks, rounded up to a power of two, and a number of the thread by which it chooses its own. */
    FreeStacks(int stacks, IntSupplier choice) {
        int count = Integer.highestOneBit(2 * stacks - 1);
        this.choice = choice;
        mask = count - 1;
        tops = new AtomicReferenceArray<>((count + 1) * APART);
        deepest = new AtomicIntegerArray(count);
        for (int stack = 0; stack < count; stack++) {
            tops.setPlain(place(stack), new Cell<>(null, stack));
            deepest.setPlain(stack, FEW);
        }
    }

    /** The top of a stack that is not empty, this thread's first. Null: all were empty at an instant within this call. */
    @Nullable
    Cell<K, E> top() {
        int mine = mine();
        while (true) {
            for (int i = 0; i <= mask; i++) {
                Cell<K, E> top = tops.get(place(mine + i & mask));
                if (top.period != null) {
                    return top;
                }
            }
            if (allEmpty()) {
                return null;
            }
        }
    }

    /** Whether all are empty at one instant; looked for by looking twice, so false may also say that somebody pushed. */
    boolean allEmpty() {
        Object[] bottoms = new Object[mask + 1];
        for (int stack = 0; stack <= mask; stack++) {
            bottoms[stack] = tops.get(place(stack));
        }
        for (int stack = 0; stack <= mask; stack++) {
            Cell<K, E> top = tops.get(place(stack));
            if (top.period != null || top != bottoms[stack]) {
                return false;
            }
        }
        return true;
    }

    void push(Period<K, E> period) {
        int stack = mine();
        Cell<K, E> cell = new Cell<>(period, stack);
        Cell<K, E> top;
        do {
            top = tops.get(place(stack));
            cell.depth = top.depth + 1;
            cell.setPlain(top.period == null ? new Cell<>(null, stack) : top);
        } while (!tops.compareAndSet(place(stack), top, cell));
        period.place();
        if (cell.depth > deepest.get(stack)) {
            sweep(cell);
        }
    }

    /** Takes the cell away if it is still on top; below others it becomes a ghost. */
    void pop(Cell<K, E> top) {
        tops.compareAndSet(place(top.stack), top, requireNonNull(top.get()));
    }

    /** Unlinks the ghosts below a cell. */
    private void sweep(Cell<K, E> top) {
        // First, so that others need not do the same, but will if this thread is stalled.
        deepest.set(top.stack, 2 * top.depth);
        int left = 1;
        Cell<K, E> cell = top;
        for (Cell<K, E> below = cell.get(); below != null; below = cell.get()) {
            if (below.period != null && below.period.isGone()) {
                cell.compareAndSet(below, below.get());
            } else {
                cell = below;
                left++;
            }
        }
        deepest.set(top.stack, Math.max(FEW, 2 * left));
        for (cell = top; cell != null; cell = cell.get()) {
            cell.depth = Math.max(0, --left);
        }
    }

    private int mine() {
        return choice.getAsInt() & mask;
    }

    private static int place(int stack) {
        return (stack + 1) * APART;
    }

    /** How many cells there are, ghosts included; for tests of the stacks' size. */
    int cells() {
        int count = 0;
        for (int stack = 0; stack <= mask; stack++) {
            for (Cell<K, E> cell = tops.get(place(stack)); cell != null && cell.period != null; cell = cell.get()) {
                count++;
            }
        }
        return count;
    }
}
