// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.Adopter;
import io.enim.core.internal.allocator.Claim.Adoption;
import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.Claim.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Assigns ENIs to keys: to each key at most one, each to at most one key. Lock-free and linearizable; no method blocks,
 * and the cost of {@code allocate} and {@code release} does not grow with the number of ENIs.
 *
 * <p><b>Objects.</b> A {@link Claim} is a key's request and, once granted, its lease; what is next after it tells the state
 * of the ENI, and finally is the claim that was granted the ENI after it. So an ENI's time is a chain of claims, of which the
 * first is of no key. A {@link Slot} refers to the latest claim of an ENI or one shortly before, the {@link FreeStacks} to
 * claims after which an ENI is free or may become so. No object is reused, so no compare-and-set takes a new object for an
 * old one (no ABA).
 *
 * <pre>
 *   bid    nothing --> a claim --granted--> the slot
 *             \          \ ^ another claim is granted first
 *              \----------\--> none
 *   next   live ----release----> free ------grant------> the claim granted next
 *           \  \                ^  \
 *            \  \--to cooldown--> cooling down --quarantine--> quarantined --retire--> retired
 *             \--quarantine--> live, to be quarantined --release--/
 * </pre>
 *
 * <p><b>Granting</b> is one compare-and-set: what is next after the claim that this one bids for, from free to this one. Any
 * thread that finds the claim undecided does the same for it. What was free once and no longer is never becomes free again;
 * so a bid is lost once another claim is next, or the ENI is off, and only then is it changed to another.
 *
 * <p><b>A wish</b> ({@link Claim.Wish}) bids for the latest claim of one ENI, and only if that is free, or cools down after a
 * key that it may follow: then it is granted that ENI from the cooldown as from free. Otherwise it becomes none, and its bid
 * says what was read instead. The cooldown is tried before free, to which it may have led meanwhile; so a bid that was not
 * granted is lost here too.
 *
 * <p><b>Becoming free</b> takes two steps: the claim is pushed to a stack while its lease is still live (or its ENI is new or
 * cooling down); then what is next after it is set to free, by one thread. Between the steps it is pending: other threads find
 * it in the stack, and find that it is not free. They do not complete the second step, and need not: the ENI is not free yet.
 *
 * <ul>
 *   <li><b>I1</b> An ENI is granted to at most one claim at a time, and a claim is granted at most one ENI: it becomes next
 *       only after the claim that it bids for, and bids for another only after the bid was lost.
 *   <li><b>I2</b> A key has at most one live claim: the map holds one claim for a key, and takes another only after that
 *       was seen to be none or ended, which are final.
 *   <li><b>I3</b> A lease ends once: what is next after it changes by compare-and-set, and never back to live. Each value
 *       follows only those before it in the order of {@link After}, and claims follow only {@link After#FREE}, wishes also
 *       {@link After#COOLING_DOWN}.
 *   <li><b>I4</b> A free ENI's latest claim is in one of the stacks: it is pushed before it becomes free, and the stacks lose
 *       only claims that can never become free again.
 *   <li><b>I5</b> A claim becomes none only if no claim in the stacks was free, at one instant after the claim was put into
 *       the map. By I4 no ENI was free then: exhaustion is exact. A wish becomes none only if its ENI was in the state that it
 *       tells, at such an instant; by I2 its key held none then. A caller that finds another caller's claim none tries again
 *       with its own, since that instant may precede its call.
 *   <li><b>I6</b> A claim knows that it was granted, by its slot, before its lease ends and before the claim before it forgets
 *       it: so what is next after the claim that it bids for decides it only until then.
 * </ul>
 *
 * <p><b>Linearization points</b> are compare-and-sets of what is next after an ENI's latest claim. allocate, adopt: to the
 * claim; of a claim found granted, the read that finds it not ended; of none, the instant at which none was free, or the wished
 * ENI was as the answer says. release, reuse: to free or cooling down. In the instant in which a key loses an ENI, that becomes
 * free: at no instant is it neither held nor free. add: to free; an ENI that is being added or adopted counts as absent until
 * then, but a thread that reads it completes that first ({@link SharedSteps#read}). retire, quarantine: to that state; a retired
 * slot counts as absent.
 *
 * <p><b>Progress.</b> Every retry of a loop follows a step of some operation, its own or another's: an ENI granted or off, a
 * claim decided, a claim pushed or made free, a slot moved. No thread waits for another: what a stalled thread left
 * incomplete, others complete, or it has not taken effect.
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

    /** What a wish was granted: a lease; else the state that the ENI had instead, empty if it is unknown. */
    public record Granted<K, E>(Optional<Lease<K, E>> lease, Optional<Status<K, E>> instead) {}

    final FreeStacks<K, E> free;

    private final EntryMap<K, Claim<K, E>> claims;
    private final SharedSteps<K, E> steps;

    /** An allocator that takes 0.6 MB on two processors, so that threads seldom write to the same cache lines. */
    public EniAllocator() {
        this(new FreeStacks<>(), new EntryMap<>(12, 16, 8), 16);
    }

    private EniAllocator(FreeStacks<K, E> free, EntryMap<K, Claim<K, E>> claims, int turns) {
        this.free = free;
        this.claims = claims;
        steps = new SharedSteps<>(free, turns);
    }

    /** An allocator that takes little memory, and whose slots move on soon: for tests, which create many. */
    static <K, E> EniAllocator<K, E> compact(int stacks) {
        return new EniAllocator<>(new FreeStacks<>(stacks, 2, FreeStacks::thread), new EntryMap<>(1, 1, 4), 2);
    }

    // Keys.

    /** The key's ENI: the one it holds, or a free one. Empty only if at one instant during this call none was free. */
    public Optional<Lease<K, E>> allocate(K key) {
        return Optional.ofNullable(claim(key));
    }

    private @Nullable Claim<K, E> claim(K key) {
        Claim<K, E> before = free.first();
        return claim(new Claim<>(key, before), before);
    }

    private @Nullable Claim<K, E> claim(Claim<K, E> mine, @Nullable Claim<K, E> before) {
        while (true) {
            Claim<K, E> existing = claims.putIfAbsent(mine);
            if (existing == null && before != null && steps.grant(mine, before)) {
                return mine;
            }
            Claim<K, E> claim = existing == null ? mine : existing;
            boolean granted = steps.decide(claim);
            if (claim == mine || granted && !claim.hasEnded()) {
                return granted ? claim : null;
            }
        }
    }

    /**
     * The key's ENI: the one it holds, whichever that is, or this one if it is free, or cools down after a key that the new one
     * may follow at once. If neither, the state of this one, at one instant of the call at which the key held none.
     */
    public Granted<K, E> allocate(K key, E eni, Predicate<? super K> mayFollow) {
        Wish<K, E> mine = new Wish<>(key, eni, mayFollow);
        Claim<K, E> granted = claim(mine, null);
        return granted == null
                ? new Granted<>(Optional.empty(), mine.instead())
                : new Granted<>(Optional.of(granted), Optional.empty());
    }

    /** The key's lease, if it holds an ENI. */
    public Optional<Lease<K, E>> lease(K key) {
        Claim<K, E> claim = claims.get(key);
        return claim == null || !claim.isGranted() || claim.hasEnded() ? Optional.empty() : Optional.of(claim);
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
        if (!claim.isGranted()) {
            // None, or undecided: then its allocate has not taken effect, and this release precedes it.
            return false;
        }
        while (true) {
            Object now = claim.next();
            if (now == After.QUARANTINE) {
                return claim.next(now, After.QUARANTINED);
            }
            if (now != null) {
                return false;
            }
            if (to == ReleaseTo.FREE) {
                free.push(claim);
            } else if (to == ReleaseTo.FREE_LAST) {
                free.pushLast(claim);
            }
            if (claim.next(null, to == ReleaseTo.COOLDOWN ? After.COOLING_DOWN : After.FREE)) {
                return true;
            }
        }
    }

    // ENIs.

    /** Adds an ENI, free. False means it is known already. */
    public boolean add(E eni) {
        Slot<K, E> slot = new Slot<>(eni, After.NEW);
        Slot<K, E> listed = steps.listed(slot);
        // Also another thread's: a caller that gets false must find the ENI free.
        steps.read(listed);
        return listed == slot;
    }

    /** Adds an ENI that is not free until {@link #reuse}. False means it is known already. */
    public boolean addCoolingDown(E eni) {
        Slot<K, E> slot = new Slot<>(eni, After.COOLING_DOWN);
        return steps.listed(slot) == slot;
    }

    /** Adds an ENI as held by the key. Empty means that the ENI is known or the key holds one; nothing changes then. */
    public Optional<Lease<K, E>> adopt(E eni, K key) {
        Slot<K, E> slot = new Slot<>(eni, After.NEW);
        Claim<K, E> claim = new Adoption<>(key, slot.claim());
        slot.claim().next(After.NEW, new Adopter<>(claim));
        // The key first: from then on any thread can complete the adoption, and none sees only half of it.
        for (Claim<K, E> other = claims.putIfAbsent(claim); other != null; other = claims.putIfAbsent(claim)) {
            if (steps.decide(other) && !other.hasEnded()) {
                return Optional.empty();
            }
        }
        return steps.decide(claim) ? Optional.of(claim) : Optional.empty();
    }

    /** Makes an ENI free that is cooling down. False means it is not. */
    public boolean reuse(E eni) {
        Slot<K, E> slot = steps.slot(eni);
        return slot != null && steps.makeFree(steps.read(slot).claim(), After.COOLING_DOWN);
    }

    /** Removes an ENI that is not held. False means it is held or unknown. */
    public boolean retire(E eni) {
        Slot<K, E> slot = steps.slot(eni);
        return slot != null && switchOff(slot, After.RETIRED);
    }

    /** Keeps an ENI from being allocated: at once if it is not held, else from its release on. False: unknown. */
    public boolean quarantine(E eni) {
        Slot<K, E> slot = steps.slot(eni);
        if (slot == null) {
            return false;
        }
        while (!switchOff(slot, After.QUARANTINED)) {
            Reading<K, E> reading = steps.read(slot);
            if (reading.isRetired()) {
                return false;
            }
            if (reading.next() == After.QUARANTINE
                    || reading.next() == null && reading.claim().next(null, After.QUARANTINE)) {
                return true;
            }
        }
        return true;
    }

    /** False means that it is held or retired. */
    private boolean switchOff(Slot<K, E> slot, After to) {
        while (true) {
            Reading<K, E> reading = steps.read(slot);
            Object now = reading.next();
            if (reading.isHeld() || reading.isRetired()) {
                return false;
            }
            if (now == to || reading.claim().next(now, to)) {
                return true;
            }
        }
    }

    // Reads.

    /** The state of one ENI; empty when it is unknown. */
    public Optional<Status<K, E>> status(E eni) {
        Slot<K, E> slot = steps.slot(eni);
        return slot == null ? Optional.empty() : steps.read(slot).status();
    }

    /**
     * The states of all ENIs. They are read until two consecutive reads agree: then all of them were true at the instant
     * between, except that an ENI that was added and retired during this call may be missing. After several tries under
     * continuous changes, each state is true at some instant of this call. The cost grows with the number of ENIs.
     */
    public List<Status<K, E>> snapshot() {
        List<Reading<K, E>> readings = steps.readAll();
        for (int i = 0; i < MAX_READS; i++) {
            List<Reading<K, E>> again = steps.readAll();
            if (again.equals(readings)) {
                break;
            }
            readings = again;
        }
        List<Status<K, E>> states = new ArrayList<>(readings.size());
        readings.forEach(reading -> reading.status().ifPresent(states::add));
        return states;
    }
}
