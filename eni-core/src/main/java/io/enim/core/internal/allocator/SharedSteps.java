// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.Adopter;
import io.enim.core.internal.allocator.Claim.Adoption;
import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.Claim.None;
import io.enim.core.internal.allocator.Claim.Wish;
import io.enim.core.internal.allocator.Slot.Listed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the {@link EniAllocator} that a thread takes for itself and for any other, so that none waits for one that is
 * stalled: to decide a claim, and to read the state of an ENI after what was begun there is complete.
 */
final class SharedSteps<K, E> {
    private final FreeStacks<K, E> free;
    private final EntryMap<E, Listed<K, E>> slots = new EntryMap<>(4, 1, 4);
    /** A slot moves on with every so many claims of its ENI, so that threads seldom write to it. */
    private final int turns;

    SharedSteps(FreeStacks<K, E> free, int turns) {
        this.free = free;
        this.turns = turns;
    }

    /** Decides a claim, on any thread: whether it was granted an ENI. */
    boolean decide(Claim<K, E> claim) {
        while (true) {
            Object bid = claim.bid();
            if (bid instanceof Slot) {
                return true;
            }
            if (bid instanceof None) {
                return false;
            }
            if (bid == null) {
                bidAgain(claim, null);
                continue;
            }
            Claim<K, E> before = claim((Claim<?, ?>) bid);
            if (grant(claim, before)) {
                return true;
            }
            Object next = before.next();
            if (next instanceof Adopter) {
                boolean unknown = listed(before.slot()) == before.slot();
                before.next(next, unknown ? claim : After.RETIRED);
            } else if (next != claim) {
                bidAgain(claim, before);
            }
        }
    }

    /** Grants the claim the ENI that is free after another, on any thread. False means it is not, or no longer. */
    boolean grant(Claim<K, E> claim, Claim<K, E> before) {
        boolean isNext = claim instanceof Wish<K, E> wish && takeBack(wish, before)
                || before.next(After.FREE, claim)
                || before.next() == claim;
        if (!isNext) {
            return false;
        }
        claim.follow(before);
        if (claim.isOneIn(turns)) {
            move(claim);
        }
        return true;
    }

    /** Grants from the cooldown. Tried before free, to which the cooldown may lead meanwhile: a bid not granted is lost. */
    private static <K, E> boolean takeBack(Wish<K, E> wish, Claim<K, E> before) {
        return wish.mayFollow(before) && before.next(After.COOLING_DOWN, wish);
    }

    /** Replaces a bid that is lost, or none. */
    private void bidAgain(Claim<K, E> claim, @Nullable Object lost) {
        // Only now, so that none is of an instant after the claim was put into the map.
        if (claim instanceof Wish<K, E> wish) {
            wish.bid(lost, bid(wish));
        } else {
            Claim<K, E> next = claim instanceof Adoption ? null : free.first();
            claim.bid(lost, next == null ? Claim.NONE : next);
        }
    }

    /** What a wish bids for: the latest claim of its ENI, if it can follow that one. */
    private Object bid(Wish<K, E> wish) {
        Slot<K, E> slot = slot(wish.eni);
        if (slot == null) {
            return Claim.NONE;
        }
        Reading<K, E> reading = read(slot);
        return wish.canFollow(reading.claim(), reading.next()) ? reading.claim() : new None<>(reading.status());
    }

    /** The listed slot of the ENI: this one, which is listed now, or an earlier one that is not retired. */
    Slot<K, E> listed(Slot<K, E> slot) {
        Listed<K, E> mine = new Listed<>(slot);
        while (true) {
            Listed<K, E> existing = slots.putIfAbsent(mine);
            if (existing == null) {
                return slot;
            }
            if (existing.slot == slot || !read(existing.slot).isRetired()) {
                return existing.slot;
            }
        }
    }

    @Nullable
    Slot<K, E> slot(E eni) {
        Listed<K, E> listed = slots.get(eni);
        return listed == null ? null : listed.slot;
    }

    /** False means that the ENI is not in this state after that claim. */
    boolean makeFree(Claim<K, E> claim, After from) {
        if (claim.next() != from) {
            return false;
        }
        free.push(claim);
        return claim.next(from, After.FREE);
    }

    /** The state of an ENI, after what other threads began there is complete. */
    Reading<K, E> read(Slot<K, E> slot) {
        Claim<K, E> claim = slot.claim();
        while (true) {
            Object next = claim.next();
            if (next instanceof Claim<?, ?> later) {
                claim(later).follow(claim);
                claim = claim(later);
            } else if (next == After.PAST) {
                claim = slot.claim();
            } else if (next instanceof Adopter<?, ?> adopter) {
                decide(claim(adopter.claim()));
            } else if (next == After.NEW) {
                makeFree(claim, After.NEW);
            } else {
                move(claim);
                return new Reading<>(claim, next);
            }
        }
    }

    /** Lets the slot refer to a claim that knows that it was granted, unless it refers to a later one. */
    private static <K, E> void move(Claim<K, E> claim) {
        Slot<K, E> slot = claim.slot();
        Claim<K, E> before = slot.claim();
        if (before.isBefore(claim) && slot.compareAndSet(before, claim)) {
            // The claim after that knows that it was granted: it is this one, or has ended.
            before.forgetNext();
        }
    }

    List<Reading<K, E>> readAll() {
        List<Reading<K, E>> seen = new ArrayList<>();
        slots.forEach(listed -> seen.add(read(listed.slot)));
        return seen;
    }

    @SuppressWarnings("unchecked")
    private Claim<K, E> claim(Claim<?, ?> claim) {
        return (Claim<K, E>) claim;
    }
}
