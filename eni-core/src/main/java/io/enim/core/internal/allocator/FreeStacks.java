// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several stacks of claims after which the ENI is free, so that concurrent threads do not contend for one top. A thread
 * pushes to a stack of its own choice, and searches that one first and then all others. A claim is pushed before it becomes
 * free, perhaps by several threads: it is then in several cells. Lock-free; {@link #first} is null exactly if at one
 * instant during the call no claim in the stacks was free.
 *
 * <p>A stack is a hand, which holds the claim pushed last if the one before it was gone, and cells for all others. A claim is
 * pending first, then free, then gone, which is final, or goes from pending to gone. Nothing is popped: a gone claim in a hand
 * is replaced, each walk unlinks the gone ones in cells for the walks to come, and a push leaves out those on top. So what is
 * lost is gone. The top changes in one way only, to a new cell. The hand never holds a claim again: it is put there only if
 * it is pending after the claim to be replaced was read, and the hand loses only claims that are gone.
 *
 * <p>{@link #first} is null after two equal looks at all stacks that found none but pending claims and gone ones. Each head
 * was the same all the time between its two looks, and below it were the same claims or fewer. Those pending in the second
 * look were pending in the first, and as they are as many, no claim was pending in the first alone; what was gone in the first
 * look stayed so. As all first looks precede all second ones, none was free at the instant between.
 *
 * <p>Gone claims below others are unlinked when a stack has become twice as deep as it was after the last sweep, so the
 * number of cells is bounded by a multiple of the greatest number of ENIs, and each push pays for a constant part of a sweep.
 *
 * <p>Last in, first out: the ENI used last is still in the caches, while a queue would go through the memory of all ENIs.
 * An ENI that must not be reused at once is released to its cooldown, and one that an endpoint could not use to a stack that
 * is searched when the others are empty.
 *
 * <p>Not final, so that a test can stop a thread between its looks.
 */
class FreeStacks<K, E> {
    private static final int MIN_SWEEP_DEPTH = 64;
    private static final int MAX_STACKS = 64;
    private static final int STACKS_PER_PROCESSOR = 4;

    /**
     * Array elements between two tops: 32 KiB, so that they share neither a cache line nor a line of the collector's card
     * table, in which a byte is written for each reference to 512 bytes of heap.
     */
    private static final int APART = 8192;

    private final IntSupplier choice;
    private final int apart;
    /** For each stack the {@link Claim} in hand and the {@link Cell} on top. */
    private final AtomicReferenceArray<@Nullable Object> heads;

    private final int mask;
    /** The stack that is searched when the others are empty. */
    private final int last;

    private final AtomicIntegerArray deepest;

    /** The heads of all stacks, and how many claims are pending. */
    record Look(List<@Nullable Object> heads, int pending) {}

    /** More stacks than threads that run at once, since threads choose by chance. */
    FreeStacks() {
        this(
                Math.min(MAX_STACKS, STACKS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()),
                APART,
                FreeStacks::thread);
    }

    /** This many stacks, rounded up to a power of two; {@code choice} gives the number by which a thread chooses its own. */
    FreeStacks(int stacks, int apart, IntSupplier choice) {
        int count = Integer.highestOneBit(2 * stacks - 1);
        this.choice = choice;
        this.apart = apart;
        mask = count - 1;
        last = count;
        heads = new AtomicReferenceArray<>((count + 2) * apart);
        deepest = new AtomicIntegerArray(count + 1);
        for (int stack = 0; stack <= last; stack++) {
            deepest.setPlain(stack, MIN_SWEEP_DEPTH);
        }
    }

    static int thread() {
        return (int) Thread.currentThread().getId();
    }

    /** A free claim, of this thread's own stack first. Null: none was free at one instant during this call. */
    @Nullable
    Claim<K, E> first() {
        int mine = mine();
        while (true) {
            for (int i = 0; i <= mask; i++) {
                Claim<K, E> found = free(mine + i & mask);
                if (found != null) {
                    return found;
                }
            }
            Claim<K, E> least = free(last);
            if (least != null) {
                return least;
            }
            if (noneIsFree()) {
                return null;
            }
        }
    }

    /** Whether none was free at one instant; false also if another thread changed a stack meanwhile. */
    private boolean noneIsFree() {
        Look seen = look();
        return seen != null && seen.equals(look());
    }

    /** Looks at each stack once; null if a claim was neither pending nor gone. */
    @Nullable
    Look look() {
        Object[] seen = new Object[2 * (last + 1)];
        int pending = 0;
        for (int stack = 0; stack <= last; stack++) {
            Claim<K, E> hand = hand(stack);
            Cell<K, E> top = top(stack);
            seen[2 * stack] = hand;
            seen[2 * stack + 1] = top;
            if (hand != null && !hand.isGone()) {
                if (!hand.isPending()) {
                    return null;
                }
                pending++;
            }
            for (Cell<K, E> cell = Cell.present(top); cell != null; cell = cell.presentBelow()) {
                if (!cell.claim.isPending()) {
                    return null;
                }
                pending++;
            }
        }
        return new Look(Arrays.asList(seen), pending);
    }

    /** Pushes a claim that is to become free. */
    void push(Claim<K, E> claim) {
        push(claim, mine());
    }

    /** As {@link #push}, to the stack that is searched when the others are empty. */
    void pushLast(Claim<K, E> claim) {
        push(claim, last);
    }

    private void push(Claim<K, E> claim, int stack) {
        Claim<K, E> hand = hand(stack);
        if ((hand == null || hand.isGone()) && claim.isPending() && heads.compareAndSet(index(stack), hand, claim)) {
            return;
        }
        Cell<K, E> cell = new Cell<>(claim);
        Cell<K, E> top;
        do {
            top = top(stack);
            cell.above(Cell.present(top));
        } while (!heads.compareAndSet(index(stack) + 1, top, cell));
        if (cell.depth > deepest.get(stack)) {
            sweep(stack, cell);
        }
    }

    /** One that is free, if the stack has one. */
    private @Nullable Claim<K, E> free(int stack) {
        Claim<K, E> hand = hand(stack);
        if (hand != null && hand.isFree()) {
            return hand;
        }
        Cell<K, E> cell = Cell.present(top(stack));
        while (cell != null && !cell.claim.isFree()) {
            cell = cell.presentBelow();
        }
        return cell == null ? null : cell.claim;
    }

    /** Unlinks the gone claims below one. */
    private void sweep(int stack, Cell<K, E> top) {
        // First, so that other threads sweep only if this one is stalled.
        deepest.set(stack, 2 * top.depth);
        int left = 0;
        for (Cell<K, E> cell = top; cell != null; cell = cell.presentBelow()) {
            left++;
        }
        deepest.set(stack, Math.max(MIN_SWEEP_DEPTH, 2 * left));
        for (Cell<K, E> cell = top; cell != null; cell = cell.below()) {
            cell.depth = Math.max(0, left--);
        }
    }

    private int mine() {
        return choice.getAsInt() & mask;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Claim<K, E> hand(int stack) {
        return (Claim<K, E>) heads.get(index(stack));
    }

    @SuppressWarnings("unchecked")
    private @Nullable Cell<K, E> top(int stack) {
        return (Cell<K, E>) heads.get(index(stack) + 1);
    }

    private int index(int stack) {
        return (stack + 1) * apart;
    }

    /** The number of cells, gone ones included; for tests. */
    int cells() {
        int count = 0;
        for (int stack = 0; stack <= last; stack++) {
            for (Cell<K, E> cell = top(stack); cell != null; cell = cell.below()) {
                count++;
            }
        }
        return count;
    }
}
