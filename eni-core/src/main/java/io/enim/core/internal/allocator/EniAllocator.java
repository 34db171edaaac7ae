// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import io.enim.core.internal.allocator.FreeStacks.Cell;
import io.enim.core.internal.allocator.Period.Off;
import io.enim.core.internal.allocator.Slot.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
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
 *   period   dormant --the lease before ends--> free --granted--> granted --lease ends--> over (has a successor)
 *                                                 \--quarantine--> off --reuse-----------> over (has a successor)
 *                                                 \--retire------> off for good
 *   claim    undecided --> granted --> ended
 *                      \-> none
 * </pre>
 *
 * <p><b>Granting</b> takes two steps, which any thread can perform for any claim: the period's owner is set to the claim,
 * tentatively, then the claim's result is set to the period. If the claim was decided otherwise in between, its ownership
 * is void; each thread that finds a void owner clears it. The period was free all the while.
 *
 * <ul>
 *   <li><b>I1</b> A period is granted to at most one claim. It is granted to c when c's result becomes the period, which
 *       happens only while its owner is c; once its owner is c, the owner changes only if c was decided otherwise, and a
 *       result is set once.
 *   <li><b>I2</b> A key has at most one live claim: the map holds one claim for a key, and a claim is removed only after
 *       it was seen to be none or ended, which are final.
 *   <li><b>I3</b> An ENI has at most one period that is free or granted: a successor is installed by one compare-and-set
 *       ({@link Claim#next}, or the owner of a period that is off), and after a lease it is dormant until the lease has
 *       ended.
 *   <li><b>I4</b> A free period has a cell in one of the stacks: it is pushed before it becomes free, and a cell is popped
 *       only when its period is granted or off, which is final.
 *   <li><b>I5</b> A claim becomes none only if all stacks were empty at one instant after the claim was put into the map.
 *       By I4 no ENI was free then: exhaustion is exact. A caller that finds another caller's claim none tries again with
 *       its own, since that instant may precede its call.
 * </ul>
 *
 * <p><b>Linearization points.</b> allocate: the compare-and-set of the result; of a claim found granted, the read of its
 * {@code ended}; of none, the instant at which all stacks were empty. release: {@code ended} becomes true, at which the
 * key loses the ENI and, in the same instant, the next period stops being dormant: at no instant is the ENI neither held
 * nor free. add, reuse: the push, which the first thread that reads the period completes ({@link #latest}). adopt: the
 * compare-and-set of the result. retire, quarantine: the compare-and-set of the owner; a retired slot counts as absent
 * before it is removed. quarantine of a held ENI: {@link Claim#next}.
 *
 * <p><b>Progress.</b> Every retry of a loop follows a step of some operation, its own or another's: a claim decided, a
 * void owner cleared, a release finished, a cell popped or pushed. No thread waits for another: what a stalled thread
 * left incomplete, others complete. Threads that decide the same claim may see different tops and set it as the owner of
 * each; all but one become void, at most one for each concurrent decision or push, so clearing them is bounded.
 *
 * @param <K> the holder; used as a hash key
 * @param <E> the ENI; used as a hash key
 */
public final class EniAllocator<K, E> {
    private static final int MAX_READS = 8;

    /** The state of an ENI after its release. */
    public enum ReleaseTo {
        FREE,
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

    /** The approximate number of ENIs, which bounds the number of keys that hold one. */
    private final LongAdder enis = new LongAdder();

    private final SplitOrderedMap<K, Claim<K, E>> claims = new SplitOrderedMap<>(enis::sum);
    private final SplitOrderedMap<E, Listed<K, E>> slots = new SplitOrderedMap<>(enis::sum);

    public EniAllocator() {
        this(new FreeStacks<>());
    }

    EniAllocator(FreeStacks<K, E> free) {
        this.free = free;
    }

    // Keys.

    /** The key's ENI: the one it holds, or a free one. Empty only if at one instant during this call none was free. */
    public Optional<Lease<K, E>> allocate(K key) {
        Claim<K, E> mine = new Claim<>(key, null);
        while (true) {
            Claim<K, E> existing = claims.putIfAbsent(mine);
            Claim<K, E> claim = existing == null ? mine : existing;
            Period<K, E> granted = decide(claim);
            if (granted != null && (claim == mine || !claim.ended)) {
                return Optional.of(claim);
            }
            claims.remove(claim);
            if (claim == mine) {
                return Optional.empty();
            }
        }
    }

    /** The key's lease, if it holds an ENI. */
    public Optional<Lease<K, E>> lease(K key) {
        Claim<K, E> claim = claims.get(key);
        return claim == null || claim.granted() == null || claim.ended ? Optional.empty() : Optional.of(claim);
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
        Object next = claim.next;
        while (next == null || next == Claim.QUARANTINE) {
            Off off = next != null ? Off.QUARANTINED : to == ReleaseTo.COOLDOWN ? Off.COOLING_DOWN : null;
            first = claim.next(next, new Period<>(granted.slot, claim, off));
            next = claim.next;
        }
        finish(claim, next);
        claims.remove(claim);
        return first;
    }

    /** Completes a release, on any thread: pushes the next period, ends the lease, makes the next period current. */
    private void finish(Claim<K, E> claim, @Nullable Object begun) {
        if (begun instanceof Period<?, ?>) {
            Period<K, E> next = period(begun);
            if (!claim.ended && next.get() == null) {
                free.push(next);
            }
            claim.ended = true;
            next.wake();
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
        while (claim.result == null) {
            if (claim.adopts != null) {
                decideAdoption(claim, claim.adopts);
                continue;
            }
            Cell<K, E> top = free.top();
            if (top == null) {
                claim.decide(Claim.NONE);
                continue;
            }
            Period<K, E> period = requireNonNull(top.period);
            Claim<K, E> lease = period.dormantUntilEndOf();
            if (lease != null) {
                // The period is in the stack, so the release has begun; its caller may be stalled.
                lease.ended = true;
            }
            Object owner = period.get();
            if (owner == null) {
                period.compareAndSet(null, claim);
            } else if (!(owner instanceof Claim<?, ?> other) || isGranted(period, other)) {
                free.pop(top);
            }
        }
        return claim.granted();
    }

    /** Resolves a tentative owner: true if the period is granted to the claim, false if it was void and is cleared. */
    private boolean isGranted(Period<K, E> period, Claim<?, ?> claim) {
        if (claim.result == null) {
            claim.decide(period);
        }
        if (claim.result == period) {
            return true;
        }
        // The period of a failed adoption never becomes free.
        period.compareAndSet(claim, claim.adopts == period ? Off.RETIRED : null);
        return false;
    }

    private void decideAdoption(Claim<K, E> claim, Period<K, E> period) {
        if (listedSlot(period.slot) == period.slot) {
            isGranted(period, claim);
        } else {
            claim.decide(Claim.NONE);
        }
        if (latest(period.slot).get() == Off.RETIRED) {
            // A late helper listed it again.
            unlist(period.slot);
        }
    }

    // ENIs.

    /** Adds an ENI, free. False means it is known already. */
    public boolean add(E eni) {
        Slot<K, E> slot = new Slot<>(eni, null);
        boolean added = listedSlot(slot) == slot;
        if (added) {
            latest(slot);
        }
        return added;
    }

    /** Adds an ENI that is not free until {@link #reuse}. False means it is known already. */
    public boolean addCoolingDown(E eni) {
        Slot<K, E> slot = new Slot<>(eni, Off.COOLING_DOWN);
        return listedSlot(slot) == slot;
    }

    /** Adds an ENI as held by the key. Empty means that the ENI is known or the key holds one; nothing changes then. */
    public Optional<Lease<K, E>> adopt(E eni, K key) {
        Slot<K, E> slot = new Slot<>(eni, null);
        Period<K, E> period = requireNonNull(slot.get());
        Claim<K, E> claim = new Claim<>(key, period);
        period.setPlain(claim);
        // The key first: from then on any thread can complete the adoption, and none sees only half of it.
        Claim<K, E> other = claims.putIfAbsent(claim);
        while (other != null) {
            if (decide(other) != null && !other.ended) {
                return Optional.empty();
            }
            claims.remove(other);
            other = claims.putIfAbsent(claim);
        }
        if (decide(claim) != null) {
            return Optional.of(claim);
        }
        claims.remove(claim);
        return Optional.empty();
    }

    /** The listed slot of the ENI: this one, which is listed now, or an earlier one that is not retired. */
    private Slot<K, E> listedSlot(Slot<K, E> slot) {
        Listed<K, E> mine = new Listed<>(slot);
        while (true) {
            Listed<K, E> existing = slots.putIfAbsent(mine);
            if (existing == null) {
                enis.increment();
                return slot;
            }
            if (existing.slot == slot || latest(existing.slot).get() != Off.RETIRED) {
                return existing.slot;
            }
            unlist(existing.slot);
        }
    }

    private @Nullable Slot<K, E> slot(E eni) {
        Listed<K, E> listed = slots.get(eni);
        return listed == null ? null : listed.slot;
    }

    private void unlist(Slot<K, E> slot) {
        Listed<K, E> listed = slots.get(slot.eni);
        if (listed != null && listed.slot == slot && slots.remove(listed)) {
            enis.decrement();
        }
    }

    /** Makes an ENI free that is cooling down. False means it is not. */
    public boolean reuse(E eni) {
        Slot<K, E> slot = slot(eni);
        if (slot == null) {
            return false;
        }
        boolean renewed = latest(slot).compareAndSet(Off.COOLING_DOWN, new Period<>(slot, null, null));
        // Pushes the next period, also another thread's: a caller that gets false must find the ENI free.
        latest(slot);
        return renewed;
    }

    /** Removes an ENI that is not held. False means it is held or unknown. */
    public boolean retire(E eni) {
        Slot<K, E> slot = slot(eni);
        if (slot == null || !switchOff(slot, Off.RETIRED)) {
            return false;
        }
        unlist(slot);
        return true;
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
                finish(lease, lease.next);
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

    /** The ENI's current period, the one after the last ended lease; if it has no owner, it has been pushed. */
    private Period<K, E> latest(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = requireNonNull(slot.get());
            Object owner = period.get();
            Object next = owner;
            if (owner instanceof Claim<?, ?> claim) {
                if (!isGranted(period, claim)) {
                    continue;
                }
                next = claim.ended ? claim.next : null;
            } else if (owner == null && !period.pushed) {
                // The thread that pushes it may be stalled; a second cell does no harm.
                free.push(period);
            }
            if (next instanceof Period<?, ?>) {
                slot.compareAndSet(period, period(next));
                period.compareAndSet(next, Period.OVER);
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
            if (owner == null || owner instanceof Off || owner instanceof Claim<?, ?> claim && claim.holds(period)) {
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
