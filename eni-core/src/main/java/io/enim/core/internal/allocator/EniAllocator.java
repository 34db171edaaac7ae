package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import io.enim.core.internal.allocator.Period.Off;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands ENIs to keys: to each key at most one, each to at most one key. Lock-free, linearizable, and the cost of an
 * operation does not grow with the number of ENIs.
 *
 * <p><b>What there is.</b> A {@link Claim} is a key's wish and then its lease. A {@link Period} is a stretch of an ENI's
 * life in which it is granted at most once; after that lease comes a new period. Free periods lie in a stack of
 * {@link Cell}s. A cell only points: what is true of an ENI is in its period, so a cell that lies there twice or too long
 * does no harm. All objects are fresh, so no compare-and-set ever mistakes a new thing for an old one (no ABA).
 *
 * <pre>
 *   period   dormant --the lease before ends--> free --granted--> granted --lease ends--> over (the next one is there)
 *                                                 \--retire, quarantine--> off
 *   claim    undecided --> granted --> ended
 *                      \-> none
 * </pre>
 *
 * <p><b>Granting</b> takes two steps that any thread can do for any claim: the period's owner is set to the claim, which
 * is a wish only, then the claim's result is set to the period. A wish of a claim that was decided otherwise is void, and
 * whoever sees it takes it back.
 *
 * <ul>
 *   <li><b>I1</b> A period is granted to at most one claim. It is granted to c when c's result becomes the period, which
 *       happens only while its owner is c; from c's wish on, the owner changes only if c was decided otherwise, and a
 *       result is set once.
 *   <li><b>I2</b> A key has at most one live claim: the map holds one claim for a key, and one that is none or ended gives
 *       way only after it became so.
 *   <li><b>I3</b> An ENI has at most one period that is free or granted: the next one is made once ({@link Claim#next})
 *       and is dormant until the lease before has ended.
 *   <li><b>I4</b> A period that is free has a cell in the stack: it is pushed before it can become free, and a cell is
 *       popped only when its period is granted or off, which it stays.
 *   <li><b>I5</b> A claim becomes none only if the stack was empty at an instant after the claim was made. By I4 no ENI was
 *       free then: exhaustion is exact. A caller that finds somebody else's claim none asks again with its own, since that
 *       instant may lie before its call.
 * </ul>
 *
 * <p><b>Linearization points.</b> allocate: the result's compare-and-set; of a claim found granted, the reading of its
 * {@code ended}; of none, the reading of the empty stack. release: {@code ended} becomes true, at which the key loses the
 * ENI and, in the same instant, the next period stops being dormant: there is no moment in which the ENI is neither held
 * nor free. add, reuse, reinstate: the push. retire, quarantine: the owner's compare-and-set.
 *
 * <p><b>Progress.</b> Every retry of a loop follows a step of some operation, its own or another's: a claim decided, a
 * void wish taken back, a release finished, a cell popped or pushed. Nobody waits for anybody: what a stalled thread left
 * half done, others complete. A void wish is made only by a helper that was late once, so taking back is bounded by the
 * number of threads.
 *
 * <p>Not final, so that tests can seed a bug into one step and show that the checks catch it.
 *
 * @param <K> what holds; used as a hash key
 * @param <E> what is held; used as a hash key
 */
public class EniAllocator<K, E> {
    /** What becomes of an ENI that is released. */
    public enum ReleaseTo {
        /** It is free. */
        FREE,
        /** It rests until {@link #reuse}. */
        RESTING
    }

    /** Where an ENI stands. */
    public enum State {
        FREE,
        HELD,
        RESTING,
        QUARANTINED
    }

    /** How an ENI stands at one moment; the lease is there exactly when it is held. */
    public record Standing<K, E>(E eni, State state, Optional<Lease<K, E>> lease) {}

    static final Object NONE = "none";
    static final Object QUARANTINE_NEXT = "quarantine next";
    static final Object OVER = "over";
    private static final int GHOSTS = 64;

    private record Cell<K, E>(AtomicReference<@Nullable Cell<K, E>> below, Period<K, E> period) {}

    private final SplitOrderedMap<K, Claim<K, E>> claims = new SplitOrderedMap<>();
    private final AtomicReference<@Nullable Cell<K, E>> head = new AtomicReference<>();
    /** Changes with the ENIs of the node, seldom; allocate and release do not touch it. */
    private final ConcurrentHashMap<E, Slot<K, E>> slots = new ConcurrentHashMap<>();

    private final AtomicLong ghosts = new AtomicLong();

    // Keys.

    /** The key's ENI: the one it holds, or a free one. Empty only if at some instant within this call none was free. */
    public Optional<Lease<K, E>> allocate(K key) {
        while (true) {
            Claim<K, E> found = claims.get(key);
            Claim<K, E> mine = null;
            if (found == null) {
                mine = new Claim<>(key);
                found = claims.putIfAbsent(key, mine);
            }
            Claim<K, E> claim = found == null ? requireNonNull(mine) : found;
            decide(claim);
            Period<K, E> granted = claim.granted();
            if (claim == mine) {
                if (granted == null) {
                    claims.remove(key, claim);
                    return Optional.empty();
                }
                return Optional.of(new Lease<>(claim, granted.slot.eni));
            }
            if (granted != null && !claim.ended) {
                return Optional.of(new Lease<>(claim, granted.slot.eni));
            }
            claims.remove(key, claim);
        }
    }

    /** The key's lease, if it holds an ENI. */
    public Optional<Lease<K, E>> lease(K key) {
        Claim<K, E> claim = claims.get(key);
        if (claim == null) {
            return Optional.empty();
        }
        Period<K, E> granted = claim.granted();
        return granted == null || claim.ended ? Optional.empty() : Optional.of(new Lease<>(claim, granted.slot.eni));
    }

    /** Ends the key's lease. False means it held nothing. */
    public boolean release(K key, ReleaseTo to) {
        Claim<K, E> claim = claims.get(key);
        return claim != null && release(claim, to);
    }

    /** Ends this very lease. False means it had ended; a later lease of the key or the ENI is not touched. */
    public boolean release(Lease<K, E> lease, ReleaseTo to) {
        return release(lease.claim(), to);
    }

    private boolean release(Claim<K, E> claim, ReleaseTo to) {
        Period<K, E> granted = claim.granted();
        if (granted == null || claim.ended) {
            // One that was undecided a moment ago stays: its allocate takes effect after this release, and may have by
            // now.
            if (claim.ended || claim.get() == NONE) {
                claims.remove(claim.key, claim);
            }
            return false;
        }
        boolean first = false;
        Object next = claim.next();
        while (!(next instanceof Period) && next != OVER) {
            Object off = next == QUARANTINE_NEXT ? Off.QUARANTINED : to == ReleaseTo.RESTING ? Off.RESTING : null;
            first = claim.next(next, new Period<>(granted.slot, claim, off));
            next = claim.next();
        }
        if (next instanceof Period<?, ?>) {
            finish(claim, granted, following(next));
        }
        claims.remove(claim.key, claim);
        return first;
    }

    /** The rest of a release, which any thread may do: push the next period, end the lease, show the next period. */
    private void finish(Claim<K, E> claim, Period<K, E> granted, Period<K, E> next) {
        if (next.get() == null && !claim.ended) {
            push(next);
        }
        claim.ended = true;
        next.awake();
        granted.slot.compareAndSet(granted, next);
        claim.forgetNext();
    }

    /** Decides a claim, on behalf of whoever made it. */
    private void decide(Claim<K, E> claim) {
        while (claim.get() == null) {
            Cell<K, E> top = head.get();
            if (top == null) {
                claim.compareAndSet(null, NONE);
                return;
            }
            Period<K, E> period = top.period();
            Claim<K, E> before = period.waitsFor();
            if (before != null) {
                // It lies here, so its release has begun; that release's caller may be stalled.
                before.ended = true;
            }
            Object owner = period.get();
            if (owner == null) {
                period.compareAndSet(null, claim);
            } else if (!(owner instanceof Claim<?, ?> other) || isGranted(period, other)) {
                head.compareAndSet(top, top.below().get());
            }
        }
    }

    /** Settles a wish: true if the period is the claim's for good, false if the wish was void and is taken back. */
    boolean isGranted(Period<K, E> period, Claim<?, ?> claim) {
        claim.compareAndSet(null, period);
        if (claim.get() == period) {
            return true;
        }
        period.compareAndSet(claim, null);
        return false;
    }

    private void push(Period<K, E> period) {
        Cell<K, E> cell = new Cell<>(new AtomicReference<>(), period);
        Cell<K, E> top = head.get();
        cell.below().set(top);
        while (!head.compareAndSet(top, cell)) {
            top = head.get();
            cell.below().set(top);
        }
        period.placed = true;
    }

    // ENIs.

    /** Adds an ENI, free. False means it is there already. */
    public boolean add(E eni) {
        Slot<K, E> slot = new Slot<>(eni);
        Period<K, E> period = new Period<>(slot, null, null);
        slot.set(period);
        if (slots.putIfAbsent(eni, slot) != null) {
            return false;
        }
        push(period);
        return true;
    }

    /** Adds an ENI that rests until {@link #reuse}. False means it is there already. */
    public boolean addResting(E eni) {
        Slot<K, E> slot = new Slot<>(eni);
        slot.set(new Period<>(slot, null, Off.RESTING));
        return slots.putIfAbsent(eni, slot) == null;
    }

    /** Adds an ENI that the key holds already. False means that one of them is known; nothing is changed then. */
    public boolean adopt(E eni, K key) {
        Slot<K, E> slot = new Slot<>(eni);
        Claim<K, E> claim = new Claim<>(key);
        Period<K, E> period = new Period<>(slot, null, claim);
        slot.set(period);
        claim.set(period);
        // The slot first: no key may be shown an ENI that is not there.
        if (slots.putIfAbsent(eni, slot) != null) {
            return false;
        }
        Claim<K, E> other = claims.putIfAbsent(key, claim);
        while (other != null && (other.get() == NONE || other.ended)) {
            claims.remove(key, other);
            other = claims.putIfAbsent(key, claim);
        }
        if (other != null) {
            slots.remove(eni, slot);
            return false;
        }
        return true;
    }

    /** Makes a resting ENI free. False means it does not rest. */
    public boolean reuse(E eni) {
        return renew(eni, Off.RESTING);
    }

    /** Makes an ENI in quarantine free, or takes back a quarantine that waits for a release. */
    public boolean reinstate(E eni) {
        Slot<K, E> slot = slots.get(eni);
        if (slot == null) {
            return false;
        }
        Period<K, E> period = latest(slot);
        if (period.get() instanceof Claim<?, ?> claim && isGranted(period, claim)) {
            return typed(claim).next(QUARANTINE_NEXT, null);
        }
        return renew(eni, Off.QUARANTINED);
    }

    private boolean renew(E eni, Off from) {
        Slot<K, E> slot = slots.get(eni);
        if (slot == null) {
            return false;
        }
        Period<K, E> period = latest(slot);
        Period<K, E> fresh = new Period<>(slot, null, null);
        if (!period.compareAndSet(from, fresh)) {
            return false;
        }
        slot.compareAndSet(period, fresh);
        push(fresh);
        return true;
    }

    /** Takes an ENI away that is free, resting or in quarantine. False means it is held, or not there. */
    public boolean retire(E eni) {
        Slot<K, E> slot = slots.get(eni);
        if (slot == null || !switchOff(slot, Off.RETIRED)) {
            return false;
        }
        slots.remove(eni, slot);
        return true;
    }

    /** Takes an ENI out of circulation: at once if it is not held, else when it is released. False: not there. */
    public boolean quarantine(E eni) {
        Slot<K, E> slot = slots.get(eni);
        while (slot != null && slots.get(eni) == slot) {
            if (switchOff(slot, Off.QUARANTINED)) {
                return true;
            }
            Period<K, E> period = latest(slot);
            Object owner = period.get();
            if (owner == Off.RETIRED) {
                slots.remove(eni, slot);
            } else if (owner instanceof Claim<?, ?> claim && isGranted(period, claim)) {
                Claim<K, E> lease = typed(claim);
                if (lease.next() == QUARANTINE_NEXT || lease.next(null, QUARANTINE_NEXT)) {
                    return true;
                }
                // Its release has begun without knowing; it is finished here, and what follows is looked at anew.
                release(lease, ReleaseTo.FREE);
            }
        }
        return false;
    }

    /** False means that it is held or retired. */
    private boolean switchOff(Slot<K, E> slot, Off to) {
        while (true) {
            Period<K, E> period = latest(slot);
            Object owner = period.get();
            if (owner instanceof Claim<?, ?> claim) {
                if (isGranted(period, claim)) {
                    return false;
                }
            } else if (owner == Off.RETIRED) {
                return false;
            } else if (owner == null && !period.placed) {
                // Its push is under way by a thread that may be stalled; twice in the stack does no harm.
                push(period);
            } else if (owner == to || !(owner instanceof Period<?, ?>) && period.compareAndSet(owner, to)) {
                if (owner == null) {
                    sweep();
                }
                return true;
            }
        }
    }

    /**
     * A period that goes off leaves its cell in the stack, a ghost that is popped when it comes to the top. Every so many
     * the ghosts below are unlinked. Cells are inserted at the top only, so a lost race leaves a ghost and loses no cell.
     */
    private void sweep() {
        if (ghosts.incrementAndGet() % GHOSTS != 0) {
            return;
        }
        Cell<K, E> cell = head.get();
        while (cell != null) {
            Cell<K, E> below = cell.below().get();
            if (below != null
                    && !(below.period().get() instanceof Claim)
                    && below.period().get() != null) {
                cell.below().compareAndSet(below, below.below().get());
            } else {
                cell = below;
            }
        }
    }

    /** The ENI's present period: the one after the last lease that ended. */
    private Period<K, E> latest(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = requireNonNull(slot.get());
            Object owner = period.get();
            Object next = owner;
            if (owner instanceof Claim<?, ?> claim) {
                next = claim.ended && isGranted(period, claim) ? claim.next() : null;
                if (next == OVER) {
                    // The slot shows what came after.
                    continue;
                }
            }
            if (!(next instanceof Period<?, ?>)) {
                return period;
            }
            slot.compareAndSet(period, following(next));
        }
    }

    /** How one ENI stands; empty when it is not there. */
    public Optional<Standing<K, E>> standing(E eni) {
        Slot<K, E> slot = slots.get(eni);
        return slot == null ? Optional.empty() : Optional.ofNullable(standing(slot, latest(slot)));
    }

    private @Nullable Standing<K, E> standing(Slot<K, E> slot, Period<K, E> period) {
        Object owner = period.get();
        if (owner instanceof Claim<?, ?> claim && claim.get() == period) {
            return held(slot, typed(claim));
        }
        if (owner instanceof Off off) {
            return switch (off) {
                case RESTING -> new Standing<>(slot.eni, State.RESTING, Optional.empty());
                case QUARANTINED -> new Standing<>(slot.eni, State.QUARANTINED, Optional.empty());
                case RETIRED -> null;
            };
        }
        return new Standing<>(slot.eni, period.placed ? State.FREE : State.RESTING, Optional.empty());
    }

    private Standing<K, E> held(Slot<K, E> slot, Claim<K, E> claim) {
        return new Standing<>(slot.eni, State.HELD, Optional.of(new Lease<>(claim, slot.eni)));
    }

    /**
     * How all ENIs stand. Where two looks in a row agree, all of it was true at one instant between them, since no standing
     * ever comes back; that is tried a few times. Under changes without end, each is true at some instant of this call.
     */
    public List<Standing<K, E>> snapshot() {
        List<Standing<K, E>> looked = look();
        for (int i = 0; i < 8; i++) {
            List<Standing<K, E>> again = look();
            if (again.equals(looked)) {
                return again;
            }
            looked = again;
        }
        return looked;
    }

    private List<Standing<K, E>> look() {
        List<Standing<K, E>> standings = new ArrayList<>();
        for (Slot<K, E> slot : slots.values()) {
            Standing<K, E> standing = standing(slot, latest(slot));
            if (standing != null) {
                standings.add(standing);
            }
        }
        return standings;
    }

    @SuppressWarnings("unchecked")
    private Claim<K, E> typed(Claim<?, ?> claim) {
        return (Claim<K, E>) claim;
    }

    @SuppressWarnings("unchecked")
    private Period<K, E> following(Object next) {
        return (Period<K, E>) next;
    }
}
