// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several Treiber stacks of cells that refer to free periods, so that concurrent threads do not contend for one top. A
 * thread pushes to a stack of its own choice, and searches that one first and then all others. Lock-free; {@link #top} is
 * null exactly if at one instant during the call all stacks were empty.
 *
 * <p>A cell is only a reference: the state of an ENI is in its period. So a period may have two cells, and a cell may
 * outlast the time in which its period is free; it is stale then. A stale cell on top is popped by the next thread that
 * reads it. Those below are unlinked when a stack has become twice as deep as it was after the last sweep, so the number of
 * cells is bounded by a multiple of the greatest number of ENIs, and each push pays for a constant part of a sweep. Cells
 * are inserted at the top only and not reused, so there is no ABA; two concurrent sweeps may link a stale cell again, but
 * lose no cell.
 *
 * <p>At the bottom of each stack is a cell without a period, and a push onto a bottom cell replaces it with a new one. So a
 * stack with the same bottom on top in two reads was empty all the time between, and if that holds for each stack, all
 * were empty at once.
 *
 * <p>Last in, first out: the ENI used last is still in the caches, while a queue would go through the memory of all ENIs.
 * An ENI that must not be reused at once is released to its cooldown.
 */
final class FreeStacks<K, E> {
    private static final int MIN_SWEEP_DEPTH = 64;
    private static final int MAX_STACKS = 64;
    private static final int STACKS_PER_PROCESSOR = 4;

    /** Array elements between two tops, so that they share neither a cache line nor the adjacent line that is prefetched. */
    private static final int PADDING = 32;

    /** A stack's cell, itself the reference to the one below. */
    static final class Cell<K, E> extends AtomicReference<@Nullable Cell<K, E>> {
        private static final long serialVersionUID = 1L;

        /** Null at the bottom. */
        final transient @Nullable Period<K, E> period;

        private final int stack;

        /** The approximate number of cells from here to the bottom. */
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

    /** More stacks than threads that run at once, since threads choose by chance. */
    FreeStacks() {
        this(Math.min(MAX_STACKS, STACKS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()), () ->
                (int) Thread.currentThread().getId());
    }

    /** This many stacks, rounded up to a power of two; {@code choice} gives the number by which a thread chooses its own. */
    FreeStacks(int stacks, IntSupplier choice) {
        int count = Integer.highestOneBit(2 * stacks - 1);
        this.choice = choice;
        mask = count - 1;
        tops = new AtomicReferenceArray<>((count + 1) * PADDING);
        deepest = new AtomicIntegerArray(count);
        for (int stack = 0; stack < count; stack++) {
            tops.setPlain(index(stack), new Cell<>(null, stack));
            deepest.setPlain(stack, MIN_SWEEP_DEPTH);
        }
    }

    /** The top of a non-empty stack, of this thread's own first. Null: all were empty at one instant during this call. */
    @Nullable
    Cell<K, E> top() {
        int mine = mine();
        while (true) {
            for (int i = 0; i <= mask; i++) {
                Cell<K, E> top = tops.get(index(mine + i & mask));
                if (top.period != null) {
                    return top;
                }
            }
            if (allEmpty()) {
                return null;
            }
        }
    }

    /** Whether all were empty at one instant, by two reads of each; false also if another thread pushed in between. */
    private boolean allEmpty() {
        Object[] bottoms = new Object[mask + 1];
        for (int stack = 0; stack <= mask; stack++) {
            bottoms[stack] = tops.get(index(stack));
        }
        for (int stack = 0; stack <= mask; stack++) {
            Cell<K, E> top = tops.get(index(stack));
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
            top = tops.get(index(stack));
            cell.depth = top.depth + 1;
            cell.setPlain(top.period == null ? new Cell<>(null, stack) : top);
        } while (!tops.compareAndSet(index(stack), top, cell));
        period.markPushed();
        if (cell.depth > deepest.get(stack)) {
            sweep(cell);
        }
    }

    /** Removes the cell if it is still on top; below others it stays as a stale cell. */
    void pop(Cell<K, E> top) {
        tops.compareAndSet(index(top.stack), top, requireNonNull(top.get()));
    }

    /** Unlinks the stale cells below a cell. */
    private void sweep(Cell<K, E> top) {
        // First, so that other threads sweep only if this one is stalled.
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
        deepest.set(top.stack, Math.max(MIN_SWEEP_DEPTH, 2 * left));
        for (cell = top; cell != null; cell = cell.get()) {
            cell.depth = Math.max(0, --left);
        }
    }

    private int mine() {
        return choice.getAsInt() & mask;
    }

    private static int index(int stack) {
        return (stack + 1) * PADDING;
    }

    /** The number of cells, stale ones included; for tests. */
    int cells() {
        int count = 0;
        for (int stack = 0; stack <= mask; stack++) {
            for (Cell<K, E> cell = tops.get(index(stack)); cell != null && cell.period != null; cell = cell.get()) {
                count++;
            }
        }
        return count;
    }
}
