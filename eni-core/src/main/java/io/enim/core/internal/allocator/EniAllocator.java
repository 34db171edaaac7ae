// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.Adopter;
import io.enim.core.internal.allocator.Claim.Adoption;
import io.enim.core.internal.allocator.Period.Off;
import io.enim.core.internal.allocator.Slot.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Assigns ENIs to keys: to each key at most one, each to at most one key. Lock-free and linearizable; no method blocks,
 * and the cost of {@code allocate} and {@code release} does not grow with the number of ENIs.
 *
 * <p><b>Objects.</b> A {@link Claim} is a key's request and, once granted, its lease. A {@link Period} is a part of an
 * ENI's time in which it is granted at most once; after that lease comes a new period. A {@link Slot} refers to an ENI's
 * current period, the {@link FreeStacks} to the free periods. No object is reused, so no compare-and-set takes a new
 * object for an old one (no ABA).
 *
 * <pre>
 *   period   dormant --its predecessor ends--> free --granted--> granted --lease ends--> over (has a successor)
 *                \                               \--quarantine--> off --reuse-----------> over (has a successor)
 *                 \--another succeeds--> void     \--retire------> off for good
 *   claim    undecided --> granted --> ended
 *                      \-> none
 * </pre>
 *
 * <p><b>Granting</b> is one compare-and-set: the owner of the period that the claim bids for, from null to the claim. Any
 * thread that finds the claim undecided does the same for it. An owner never becomes null again; so a bid is lost once the
 * period has another owner, and only then is it changed to another period.
 *
 * <p><b>Becoming free</b> takes two steps: a period is pushed to a stack while its predecessor, a lease or a period that
 * is off, still stands; then the predecessor's successor is set, which ends it. Any thread that finds a dormant period
 * takes the second step ({@link Period#succeeds}). Of several periods that were pushed for one predecessor, the others are
 * void.
 *
 * <ul>
 *   <li><b>I1</b> A period is granted to at most one claim, its owner, and a claim is granted at most one period: it
 *       becomes the owner only of the period that it bids for, and bids for another only after the bid was lost.
 *   <li><b>I2</b> A key has at most one live claim: the map holds one claim for a key, and takes another only after that
 *       was seen to be none or ended, which are final.
 *   <li><b>I3</b> An ENI has at most one period that is free or granted: a successor is set by one compare-and-set
 *       ({@link Claim#next}, or the owner of a period that is off), and that ends the lease or period before it.
 *   <li><b>I4</b> A free period is in one of the stacks: it is pushed before it becomes free, and the stacks lose only
 *       periods that are granted, off or void, which is final.
 *   <li><b>I5</b> A claim becomes none only if no stack had a period that was or may become free, at one instant after the
 *       claim was put into the map. By I4 no ENI was free then: exhaustion is exact. A caller that finds another caller's
 *       claim none tries again with its own, since that instant may precede its call.
 * </ul>
 *
 * <p><b>Linearization points.</b> allocate, adopt: the compare-and-set of the owner; of a claim found granted, the read
 * that finds it not ended; of none, the instant at which all stacks were empty. release, add, reuse: the compare-and-set of
 * the successor. In the instant in which a key loses an ENI, its next period becomes free: at no instant is it neither held
 * nor free. An ENI that is being added or adopted counts as absent until then, but a thread that reads it completes that
 * first ({@link #latest}). retire, quarantine: the compare-and-set of the owner; a retired slot counts as absent.
 * quarantine of a held ENI: {@link Claim#next}.
 *
 * <p><b>Progress.</b> Every retry of a loop follows a step of some operation, its own or another's: a period granted or
 * off, a claim decided, a release completed, a period pushed. No thread waits for another: what a stalled thread left
 * incomplete, others complete.
 *
 * @param <K> the holder; used as a hash key
 * @param <E> the ENI; used as a hash key
 */
public final class EniAllocator<K, E> {
    private static final int MAX_READS = 8;

    /** The state of an ENI after its release. */
    public enum ReleaseTo {
        FREE,
        /** Free, and allocated when no other is. */
        FREE_LAST,
        /** Not free until {@link #reuse}. */
        COOLDOWN
    }

    public enum State {
        FREE,
        HELD,
        COOLING_DOWN,
        QUARANTINED
    }

    /** The state of an ENI at one instant; the lease is present exactly when it is held. */
    public record Status<K, E>(E eni, State state, Optional<Lease<K, E>> lease) {}

    /** A period and its owner as read. A pair that is gone never comes back, so equal readings mean no change between. */
    record Reading<K, E>(Period<K, E> period, @Nullable Object owner) {}

    final FreeStacks<K, E> free;

    private final EntryMap<K, Claim<K, E>> claims = new EntryMap<>(10);
    private final EntryMap<E, Listed<K, E>> slots = new EntryMap<>(4);

    public EniAllocator() {
        this(new FreeStacks<>());
    }

    EniAllocator(FreeStacks<K, E> free) {
        this.free = free;
    }

    // Keys.

    /** The key's ENI: the one it holds, or a free one. Empty only if at one instant during this call none was free. */
    public Optional<Lease<K, E>> allocate(K key) {
        Claim<K, E> mine = new Claim<>(key, free.first());
        while (true) {
            Claim<K, E> existing = claims.putIfAbsent(mine);
            Claim<K, E> claim = existing == null ? mine : existing;
            boolean granted = decide(claim) != null;
            if (claim == mine || granted && !claim.hasEnded()) {
                return granted ? Optional.of(claim) : Optional.empty();
            }
        }
    }

    /** The key's lease, if it holds an ENI. */
    public Optional<Lease<K, E>> lease(K key) {
        Claim<K, E> claim = claims.get(key);
        return claim == null || claim.granted() == null || claim.hasEnded() ? Optional.empty() : Optional.of(claim);
    }

    /** Ends the key's lease. False means it held nothing. */
    public boolean release(K key, ReleaseTo to) {
        Claim<K, E> claim = claims.get(key);
        return claim != null && end(claim, to);
    }

    /** Ends this lease. False means it had ended; a later lease of the key or the ENI is not changed. */
    public boolean release(Lease<K, E> lease, ReleaseTo to) {
        return end((Claim<K, E>) lease, to);
    }

    private boolean end(Claim<K, E> claim, ReleaseTo to) {
        Period<K, E> granted = claim.granted();
        if (granted == null) {
            // None, or undecided: then its allocate has not taken effect, and this release precedes it.
            return false;
        }
        boolean first = false;
        for (Object now = claim.next; now == null || now == Claim.QUARANTINE; now = claim.next) {
            Off off = now != null ? Off.QUARANTINED : to == ReleaseTo.COOLDOWN ? Off.COOLING_DOWN : null;
            Period<K, E> next = new Period<>(granted.slot, claim, off);
            if (off == null && to == ReleaseTo.FREE_LAST) {
                free.pushLast(next);
            } else if (off == null) {
                free.push(next);
            }
            // If it was pushed, another thread may have ended the lease with it.
            first = claim.next(now, next) || off == null && next.succeeds();
        }
        finish(claim);
        return first;
    }

    /** Completes a release, on any thread: makes the next period current. */
    private void finish(Claim<K, E> claim) {
        if (claim.next instanceof Period<?, ?> following) {
            Period<K, E> next = period(following);
            next.forgetPredecessor();
            if (!next.slot.compareAndSet(claim.granted(), next)) {
                // The slot may lag behind this lease, if an earlier release is stalled; it must be moved past this
                // lease.
                latest(next.slot);
            }
            claim.forgetNext();
        }
    }

    /** Decides a claim, on any thread; the period it was granted, or null. */
    private @Nullable Period<K, E> decide(Claim<K, E> claim) {
        while (true) {
            Object bid = claim.bid;
            if (bid == Claim.NONE) {
                return null;
            }
            if (bid == null) {
                bidAgain(claim, null);
                continue;
            }
            Period<K, E> period = period(bid);
            Object owner = period.get();
            if (owner == claim || owner == null && period.compareAndSet(null, claim)) {
                return period;
            }
            if (owner instanceof Adopter) {
                boolean unknown = listedSlot(period.slot) == period.slot;
                period.compareAndSet(owner, unknown ? claim : Off.RETIRED);
            } else if (owner != null) {
                bidAgain(claim, period);
            }
        }
    }

    /** Replaces a bid that is lost, or none. */
    private void bidAgain(Claim<K, E> claim, @Nullable Object lost) {
        // Only now, so that none is of an instant after the claim was put into the map.
        Period<K, E> next = claim instanceof Adoption ? null : free.first();
        claim.bid(lost, next == null ? Claim.NONE : next);
    }

    // ENIs.

    /** Adds an ENI, free. False means it is known already. */
    public boolean add(E eni) {
        Slot<K, E> slot = new Slot<>(eni, Off.NEW);
        Slot<K, E> listed = listedSlot(slot);
        // Also another thread's: a caller that gets false must find the ENI free.
        latest(listed);
        return listed == slot;
    }

    /** Adds an ENI that is not free until {@link #reuse}. False means it is known already. */
    public boolean addCoolingDown(E eni) {
        Slot<K, E> slot = new Slot<>(eni, Off.COOLING_DOWN);
        return listedSlot(slot) == slot;
    }

    /** Adds an ENI as held by the key. Empty means that the ENI is known or the key holds one; nothing changes then. */
    public Optional<Lease<K, E>> adopt(E eni, K key) {
        Slot<K, E> slot = new Slot<>(eni, null);
        Claim<K, E> claim = new Adoption<>(key, slot.period());
        slot.period().setPlain(new Adopter<>(claim));
        // The key first: from then on any thread can complete the adoption, and none sees only half of it.
        Claim<K, E> other = claims.putIfAbsent(claim);
        while (other != null) {
            if (decide(other) != null && !other.hasEnded()) {
                return Optional.empty();
            }
            other = claims.putIfAbsent(claim);
        }
        return decide(claim) == null ? Optional.empty() : Optional.of(claim);
    }

    /** The listed slot of the ENI: this one, which is listed now, or an earlier one that is not retired. */
    private Slot<K, E> listedSlot(Slot<K, E> slot) {
        Listed<K, E> mine = new Listed<>(slot);
        while (true) {
            Listed<K, E> existing = slots.putIfAbsent(mine);
            if (existing == null) {
                return slot;
            }
            if (existing.slot == slot || latest(existing.slot).get() != Off.RETIRED) {
                return existing.slot;
            }
        }
    }

    private @Nullable Slot<K, E> slot(E eni) {
        Listed<K, E> listed = slots.get(eni);
        return listed == null ? null : listed.slot;
    }

    /** Makes an ENI free that is cooling down. False means it is not. */
    public boolean reuse(E eni) {
        Slot<K, E> slot = slot(eni);
        if (slot == null) {
            return false;
        }
        Period<K, E> period = latest(slot);
        return period.get() == Off.COOLING_DOWN && makeFree(period);
    }

    /** Lets a free period follow one that is off. False means that it has a successor or must not have one. */
    private boolean makeFree(Period<K, E> off) {
        Period<K, E> next = new Period<>(off.slot, off, null);
        free.push(next);
        return next.succeeds();
    }

    /** Removes an ENI that is not held. False means it is held or unknown. */
    public boolean retire(E eni) {
        Slot<K, E> slot = slot(eni);
        return slot != null && switchOff(slot, Off.RETIRED);
    }

    /** Keeps an ENI from being allocated: at once if it is not held, else from its release on. False: unknown. */
    public boolean quarantine(E eni) {
        while (true) {
            Slot<K, E> slot = slot(eni);
            if (slot == null) {
                return false;
            }
            if (switchOff(slot, Off.QUARANTINED)) {
                return true;
            }
            Object owner = read(slot).owner();
            if (owner == Off.RETIRED) {
                return false;
            }
            if (owner instanceof Claim<?, ?> holder) {
                Claim<K, E> lease = claim(holder);
                Object next = lease.next;
                if (next == Claim.QUARANTINE || next == null && lease.next(null, Claim.QUARANTINE)) {
                    return true;
                }
                finish(lease);
            }
        }
    }

    /** False means that it is held or retired. */
    private boolean switchOff(Slot<K, E> slot, Off to) {
        while (true) {
            Reading<K, E> reading = read(slot);
            Object owner = reading.owner();
            if (owner instanceof Claim<?, ?> || owner == Off.RETIRED) {
                return false;
            }
            if (owner == to || reading.period().compareAndSet(owner, to)) {
                return true;
            }
        }
    }

    /** The ENI's current period, the one after the last ended lease. */
    private Period<K, E> latest(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = slot.period();
            Object owner = period.get();
            Object next = owner;
            if (owner instanceof Claim<?, ?> claim) {
                next = claim.hasEnded() ? claim.next : null;
            } else if (owner instanceof Adopter<?, ?> adopter) {
                decide(claim(adopter.claim()));
                continue;
            } else if (owner == Off.NEW) {
                makeFree(period);
                continue;
            }
            if (next instanceof Period<?, ?>) {
                Period<K, E> following = period(next);
                following.forgetPredecessor();
                slot.compareAndSet(period, following);
                period.compareAndSet(following, Period.OVER);
            } else if (next != Period.OVER) {
                return period;
            }
        }
    }

    /** The ENI's current period with its owner: null if it is free, the lease that holds it, or why it is off. */
    private Reading<K, E> read(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = latest(slot);
            Object owner = period.get();
            if (owner == null || owner instanceof Off || owner instanceof Claim<?, ?> claim && !claim.hasEnded()) {
                return new Reading<>(period, owner);
            }
        }
    }

    // Reads.

    /** The state of one ENI; empty when it is unknown. */
    public Optional<Status<K, E>> status(E eni) {
        Slot<K, E> slot = slot(eni);
        return slot == null ? Optional.empty() : status(read(slot));
    }

    /**
     * The states of all ENIs. They are read until two consecutive reads agree: then all of them were true at the instant
     * between, except that an ENI that was added and retired during this call may be missing. After several tries under
     * continuous changes, each state is true at some instant of this call. The cost grows with the number of ENIs.
     */
    public List<Status<K, E>> snapshot() {
        List<Reading<K, E>> readings = readAll();
        for (int i = 0; i < MAX_READS; i++) {
            List<Reading<K, E>> again = readAll();
            if (again.equals(readings)) {
                break;
            }
            readings = again;
        }
        List<Status<K, E>> states = new ArrayList<>(readings.size());
        readings.forEach(reading -> status(reading).ifPresent(states::add));
        return states;
    }

    private List<Reading<K, E>> readAll() {
        List<Reading<K, E>> seen = new ArrayList<>();
        slots.forEach(listed -> seen.add(read(listed.slot)));
        return seen;
    }

    private Optional<Status<K, E>> status(Reading<K, E> reading) {
        E eni = reading.period().slot.eni;
        if (reading.owner() instanceof Claim<?, ?> holder) {
            return Optional.of(new Status<>(eni, State.HELD, Optional.of(claim(holder))));
        }
        if (reading.owner() == Off.RETIRED) {
            return Optional.empty();
        }
        State off = reading.owner() == Off.QUARANTINED ? State.QUARANTINED : State.COOLING_DOWN;
        return Optional.of(new Status<>(eni, reading.owner() == null ? State.FREE : off, Optional.empty()));
    }

    @SuppressWarnings("unchecked")
    private Claim<K, E> claim(Claim<?, ?> claim) {
        return (Claim<K, E>) claim;
    }

    @SuppressWarnings("unchecked")
    private Period<K, E> period(Object period) {
        return (Period<K, E>) period;
    }
}
