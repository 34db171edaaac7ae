// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several stacks of periods, so that concurrent threads do not contend for one top. A thread pushes to a stack of its own
 * choice, and searches that one first and then all others. Lock-free; {@link #first} is null exactly if at one instant
 * during the call no stack had a period that was or may become free.
 *
 * <p>Nothing is popped. A period that is taken is gone ({@link Period#isGone}), which is final, and each walk skips the
 * gone ones for the walks to come; a push leaves out those on top. So the top of a stack changes in one way only: to a
 * period that was never in a stack. A top that is the same in two reads was there all the time between, and if all below
 * it was gone, that stack was empty all the time; if that holds for each stack, all were empty at once.
 *
 * <p>Gone periods below others are unlinked when a stack has become twice as deep as it was after the last sweep, so the
 * number of cells is bounded by a multiple of the greatest number of ENIs, and each push pays for a constant part of a
 * sweep. A late write of a link may show a gone period again, but loses no other.
 *
 * <p>Last in, first out: the ENI used last is still in the caches, while a queue would go through the memory of all ENIs.
 * An ENI that must not be reused at once is released to its cooldown, and one that an endpoint could not use to a stack that
 * is searched when the others are empty.
 */
final class FreeStacks<K, E> {
    private static final int MIN_SWEEP_DEPTH = 64;
    private static final int MAX_STACKS = 64;
    private static final int STACKS_PER_PROCESSOR = 4;

    /** Array elements between two tops, so that they share neither a cache line nor the adjacent line that is prefetched. */
    private static final int PADDING = 32;

    private final IntSupplier choice;
    private final AtomicReferenceArray<@Nullable Period<K, E>> tops;
    private final int mask;
    /** The stack that is searched when the others are empty. */
    private final int last;

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
        last = count;
        tops = new AtomicReferenceArray<>((count + 2) * PADDING);
        deepest = new AtomicIntegerArray(count + 1);
        for (int stack = 0; stack <= last; stack++) {
            deepest.setPlain(stack, MIN_SWEEP_DEPTH);
        }
    }

    /** A period that is not gone, of this thread's own stack first. Null: all were empty at one instant during this call. */
    @Nullable
    Period<K, E> first() {
        int mine = mine();
        while (true) {
            for (int i = 0; i <= mask; i++) {
                Period<K, E> found = present(tops.get(index(mine + i & mask)));
                if (found != null) {
                    return found;
                }
            }
            Period<K, E> least = present(tops.get(index(last)));
            if (least != null) {
                return least;
            }
            if (allEmpty()) {
                return null;
            }
        }
    }

    /** Whether all were empty at one instant, by two reads of each; false also if another thread pushed in between. */
    private boolean allEmpty() {
        Object[] seen = new Object[last + 1];
        for (int stack = 0; stack <= last; stack++) {
            Period<K, E> top = tops.get(index(stack));
            if (present(top) != null) {
                return false;
            }
            seen[stack] = top;
        }
        for (int stack = 0; stack <= last; stack++) {
            if (tops.get(index(stack)) != seen[stack]) {
                return false;
            }
        }
        return true;
    }

    /** Pushes a period, which was never in a stack. */
    void push(Period<K, E> period) {
        push(period, mine());
    }

    /** As {@link #push}, to the stack that is searched when the others are empty. */
    void pushLast(Period<K, E> period) {
        push(period, last);
    }

    private void push(Period<K, E> period, int stack) {
        Period<K, E> top;
        do {
            top = tops.get(index(stack));
            Period<K, E> below = present(top);
            period.below = below;
            period.depth = below == null ? 1 : below.depth + 1;
        } while (!tops.compareAndSet(index(stack), top, period));
        if (period.depth > deepest.get(stack)) {
            sweep(stack, period);
        }
    }

    /** The first that is not gone, from a top on; the top leads to it from now on. */
    private static <K, E> @Nullable Period<K, E> present(@Nullable Period<K, E> top) {
        return top != null && top.isGone() ? presentBelow(top) : top;
    }

    private static <K, E> @Nullable Period<K, E> presentBelow(Period<K, E> cell) {
        Period<K, E> next = cell.below;
        Period<K, E> present = next;
        while (present != null && present.isGone()) {
            present = present.below;
        }
        if (present != next) {
            cell.below = present;
        }
        return present;
    }

    /** Unlinks the gone periods below one. */
    private void sweep(int stack, Period<K, E> top) {
        // First, so that other threads sweep only if this one is stalled.
        deepest.set(stack, 2 * top.depth);
        int left = 0;
        for (Period<K, E> cell = top; cell != null; cell = presentBelow(cell)) {
            left++;
        }
        deepest.set(stack, Math.max(MIN_SWEEP_DEPTH, 2 * left));
        for (Period<K, E> cell = top; cell != null; cell = cell.below) {
            cell.depth = Math.max(0, left--);
        }
    }

    private int mine() {
        return choice.getAsInt() & mask;
    }

    private static int index(int stack) {
        return (stack + 1) * PADDING;
    }

    /** The number of cells, gone ones included; for tests. */
    int cells() {
        int count = 0;
        for (int stack = 0; stack <= last; stack++) {
            for (Period<K, E> cell = tops.get(index(stack)); cell != null; cell = cell.below) {
                count++;
            }
        }
        return count;
    }
}
