package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import io.enim.core.internal.allocator.FreeStacks.Cell;
import io.enim.core.internal.allocator.Period.Off;
import io.enim.core.internal.allocator.Slot.Listed;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands ENIs to keys: to each key at most one, each to at most one key. Lock-free and linearizable; no method blocks, and
 * the cost of {@code allocate} and {@code release} does not grow with the number of ENIs.
 *
 * <p><b>What there is.</b> A {@link Claim} is a key's wish and then its lease. A {@link Period} is a stretch of an ENI's
 * life in which it is granted at most once; after that lease comes a new period. A {@link Slot} leads to an ENI's present
 * period, the {@link FreeStacks} to those that are free. All objects are fresh, so no compare-and-set ever mistakes a new
 * thing for an old one (no ABA).
 *
 * <pre>
 *   period   dormant --the lease before ends--> free --granted--> granted --lease ends--> over (the next one is there)
 *                                                 \--quarantine--> off --reuse, reinstate--> over (the next one is there)
 *                                                 \--retire------> off for good
 *   claim    undecided --> granted --> ended
 *                      \-> none
 * </pre>
 *
 * <p><b>Granting</b> takes two steps that any thread can do for any claim: the period's owner is set to the claim, which
 * is a wish only, then the claim's result is set to the period. A wish of a claim that was decided otherwise is void, and
 * whoever meets it takes it back; the period was free all the while.
 *
 * <ul>
 *   <li><b>I1</b> A period is granted to at most one claim. It is granted to c when c's result becomes the period, which
 *       happens only while its owner is c; from c's wish on, the owner changes only if c was decided otherwise, and a
 *       result is set once.
 *   <li><b>I2</b> A key has at most one live claim: the map holds one claim for a key, and one is removed only after it
 *       was seen to be none or ended, which it stays.
 *   <li><b>I3</b> An ENI has at most one period that is free or granted: the next one is made once ({@link Claim#next}, or
 *       the owner of a period that is off), and after a lease it is dormant until that has ended.
 *   <li><b>I4</b> A period that is free has a cell in one of the stacks: it is pushed before it becomes free, and a cell
 *       is popped only when its period is granted or off, which it stays.
 *   <li><b>I5</b> A claim becomes none only if all stacks were empty at one instant after the claim was put into the map.
 *       By I4 no ENI was free then: exhaustion is exact. A caller that finds somebody else's claim none asks again with
 *       its own, since that instant may lie before its call.
 * </ul>
 *
 * <p><b>Linearization points.</b> allocate: the result's compare-and-set; of a claim found granted, the reading of its
 * {@code ended}; of none, the instant at which all stacks were empty. release: {@code ended} becomes true, at which the key loses the
 * ENI and, in the same instant, the next period stops being dormant: there is no moment in which the ENI is neither held
 * nor free. add, reuse, reinstate: the push, which whoever meets the period first makes sure of ({@link #latest}). adopt:
 * the result's compare-and-set. retire, quarantine: the owner's compare-and-set; a slot that is retired counts as absent
 * before it is removed. quarantine of a held ENI and taking that back: {@link Claim#next}.
 *
 * <p><b>Progress.</b> Every retry of a loop follows a step of some operation, its own or another's: a claim decided, a
 * void wish taken back, a release finished, a cell popped or pushed. Nobody waits for anybody: what a stalled thread left
 * half done, others complete. Who decides a claim wishes for the top it sees first, and others that decide the same claim
 * may see others; a wish comes to nothing only beside a decision or a push, so taking back is bounded by their number.
 *
 * <p>Not final, so that tests can seed a bug into one step and show that the checks catch it.
 *
 * @param <K> what holds; used as a hash key
 * @param <E> what is held; used as a hash key
 */
public class EniAllocator<K, E> {
    private static final int MAX_READS = 8;

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
    public record Status<K, E>(E eni, State state, Optional<Lease<K, E>> lease) {}

    /** A period and its owner as seen. What was seen once and is no more never comes back, so two of them compare. */
    record Reading<K, E>(Period<K, E> period, @Nullable Object owner) {
        boolean same(Reading<K, E> other) {
            return period == other.period && owner == other.owner;
        }
    }

    final FreeStacks<K, E> free;

    /** How many ENIs there are, about; as many keys can hold one. */
    private final LongAdder enis = new LongAdder();

    private final SplitOrderedMap<K, Claim<K, E>> claims = new SplitOrderedMap<>(enis::sum);
    private final SplitOrderedMap<E, Listed<K, E>> slots = new SplitOrderedMap<>(enis::sum);

    /** Without ENIs. */
    public EniAllocator() {
        this(new FreeStacks<>());
    }

    EniAllocator(FreeStacks<K, E> free) {
        this.free = free;
    }

    // Keys.

    /** The key's ENI: the one it holds, or a free one. Empty only if at some instant within this call none was free. */
    public Optional<Lease<K, E>> allocate(K key) {
        Claim<K, E> mine = new Claim<>(key, null);
        while (true) {
            Claim<K, E> there = claims.putIfAbsent(mine);
            Claim<K, E> claim = there == null ? mine : there;
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

    /** Ends this very lease. False means it had ended; a later lease of the key or the ENI is not touched. */
    public boolean release(Lease<K, E> lease, ReleaseTo to) {
        return end((Claim<K, E>) lease, to);
    }

    private boolean end(Claim<K, E> claim, ReleaseTo to) {
        Period<K, E> granted = claim.granted();
        if (granted == null) {
            // None, or not decided yet: then its allocate has not taken effect, and this release came before it.
            return false;
        }
        boolean first = false;
        Object next = claim.next();
        while (next == null || next == Claim.QUARANTINE) {
            Off off = next != null ? Off.QUARANTINED : to == ReleaseTo.RESTING ? Off.RESTING : null;
            first = claim.next(next, new Period<>(granted.slot, claim, off));
            next = claim.next();
        }
        finish(claim, next);
        claims.remove(claim);
        return first;
    }

    /** The rest of a release, which any thread may do: push the next period, end the lease, show the next period. */
    void finish(Claim<K, E> claim, @Nullable Object begun) {
        if (begun instanceof Period<?, ?>) {
            Period<K, E> next = period(begun);
            if (!claim.ended && next.get() == null) {
                free.push(next);
            }
            claim.ended = true;
            next.awake();
            if (!next.slot.compareAndSet(claim.granted(), next)) {
                // The slot may lag behind this lease, if the release of one before is stalled; it has to pass this one.
                latest(next.slot);
            }
            claim.forgetNext();
        }
    }

    /** Decides a claim, on behalf of whoever made it; the period it was granted, or null. */
    private @Nullable Period<K, E> decide(Claim<K, E> claim) {
        while (claim.result() == null) {
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
            Claim<K, E> before = period.waitsFor();
            if (before != null) {
                // It lies here, so its release has begun; that release's caller may be stalled.
                before.ended = true;
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

    /** Settles a wish: true if the period is the claim's for good, false if the wish was void and is taken back. */
    boolean isGranted(Period<K, E> period, Claim<?, ?> claim) {
        if (claim.result() == null) {
            claim.decide(period);
        }
        if (claim.result() == period) {
            return true;
        }
        // A period made for an adoption that came to nothing is nobody's.
        period.compareAndSet(claim, claim.adopts == period ? Off.RETIRED : null);
        return false;
    }

    private void decideAdoption(Claim<K, E> claim, Period<K, E> period) {
        if (settled(period.slot) == period.slot) {
            isGranted(period, claim);
        } else {
            claim.decide(Claim.NONE);
        }
        if (latest(period.slot).get() == Off.RETIRED) {
            // A helper that was late put it back.
            unlist(period.slot);
        }
    }

    // ENIs.

    /** Adds an ENI, free. False means it is there already. */
    public boolean add(E eni) {
        Slot<K, E> slot = new Slot<>(eni, null);
        boolean added = settled(slot) == slot;
        if (added) {
            latest(slot);
        }
        return added;
    }

    /** Adds an ENI that rests until {@link #reuse}. False means it is there already. */
    public boolean addResting(E eni) {
        Slot<K, E> slot = new Slot<>(eni, Off.RESTING);
        return settled(slot) == slot;
    }

    /** Adds an ENI that the key holds already. Empty means that one of them is known; nothing is changed then. */
    public Optional<Lease<K, E>> adopt(E eni, K key) {
        Slot<K, E> slot = new Slot<>(eni, null);
        Period<K, E> period = requireNonNull(slot.get());
        Claim<K, E> claim = new Claim<>(key, period);
        period.setPlain(claim);
        // The key first: from then on any thread can complete this, and none sees one half without the other.
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

    /** The slot that its ENI has: this one, put there now, or one before it that is not retired. */
    private Slot<K, E> settled(Slot<K, E> slot) {
        Listed<K, E> mine = new Listed<>(slot);
        while (true) {
            Listed<K, E> there = slots.putIfAbsent(mine);
            if (there == null) {
                enis.increment();
                return slot;
            }
            if (there.slot == slot || latest(there.slot).get() != Off.RETIRED) {
                return there.slot;
            }
            unlist(there);
        }
    }

    private @Nullable Slot<K, E> slot(E eni) {
        Listed<K, E> listed = slots.get(eni);
        return listed == null ? null : listed.slot;
    }

    private void unlist(Slot<K, E> slot) {
        Listed<K, E> listed = slots.get(slot.eni);
        if (listed != null && listed.slot == slot) {
            unlist(listed);
        }
    }

    private void unlist(Listed<K, E> listed) {
        if (slots.remove(listed)) {
            enis.decrement();
        }
    }

    /** Makes a resting ENI free. False means it does not rest. */
    public boolean reuse(E eni) {
        Slot<K, E> slot = slot(eni);
        return slot != null && renew(slot, latest(slot), Off.RESTING);
    }

    /** Makes an ENI in quarantine free, or takes back a quarantine that waits for a release. False: neither. */
    public boolean reinstate(E eni) {
        while (true) {
            Slot<K, E> slot = slot(eni);
            if (slot == null) {
                return false;
            }
            Reading<K, E> reading = read(slot);
            if (!(reading.owner() instanceof Claim<?, ?> holder)) {
                return renew(slot, reading.period(), Off.QUARANTINED);
            }
            Claim<K, E> lease = claim(holder);
            Object next = lease.next();
            if (next == null) {
                return false;
            }
            if (next == Claim.QUARANTINE && lease.next(Claim.QUARANTINE, null)) {
                return true;
            }
            finish(lease, lease.next());
        }
    }

    private boolean renew(Slot<K, E> slot, Period<K, E> period, Off from) {
        boolean renewed = period.compareAndSet(from, new Period<>(slot, null, null));
        // Places the next period, whoever made it: who is told that it does not rest must find it free.
        latest(slot);
        return renewed;
    }

    /** Takes an ENI away that is free, resting or in quarantine. False means it is held, or not there. */
    public boolean retire(E eni) {
        Slot<K, E> slot = slot(eni);
        if (slot == null || !switchOff(slot, Off.RETIRED)) {
            return false;
        }
        unlist(slot);
        return true;
    }

    /** Takes an ENI out of circulation: at once if it is not held, else when it is released. False: not there. */
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
                Object next = lease.next();
                if (next == Claim.QUARANTINE || next == null && lease.next(null, Claim.QUARANTINE)) {
                    return true;
                }
                finish(lease, lease.next());
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
            if (owner == to) {
                return true;
            }
            if (reading.period().compareAndSet(owner, to)) {
                return true;
            }
        }
    }

    /** The ENI's present period, the one after the last lease that ended; if it has no owner, it has been placed. */
    private Period<K, E> latest(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = requireNonNull(slot.get());
            Object owner = period.get();
            Object next = owner;
            if (owner instanceof Claim<?, ?> claim) {
                if (!isGranted(period, claim)) {
                    continue;
                }
                next = claim.ended ? claim.next() : null;
            } else if (owner == null && !period.isPlaced()) {
                // Its push is under way by a thread that may be stalled; twice in the stack does no harm.
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

    /** The ENI's present period with its owner: null if it is free, the lease that holds it, or why it is off. */
    private Reading<K, E> read(Slot<K, E> slot) {
        while (true) {
            Period<K, E> period = latest(slot);
            Object owner = period.get();
            if (owner == null || owner instanceof Off || owner instanceof Claim<?, ?> claim && claim.holds(period)) {
                return new Reading<>(period, owner);
            }
        }
    }

    // Looking.

    /** How one ENI stands; empty when it is not there. */
    public Optional<Status<K, E>> status(E eni) {
        Slot<K, E> slot = slot(eni);
        return slot == null ? Optional.empty() : status(read(slot));
    }

    /** The lease of whoever holds the ENI. */
    public Optional<Lease<K, E>> holder(E eni) {
        return status(eni).flatMap(Status::lease);
    }

    /**
     * How all ENIs stand. Where two looks in a row agree, all of it was true at the instant between them, but for an ENI
     * that came and went within this call, which may be missing. That is tried a few times; under changes without end,
     * each standing by itself is true at some instant of this call. The cost grows with the number of ENIs.
     */
    public List<Status<K, E>> snapshot() {
        List<Reading<K, E>> looked = readAll();
        for (int i = 0; i < MAX_READS; i++) {
            List<Reading<K, E>> again = readAll();
            boolean same = agree(looked, again);
            looked = again;
            if (same) {
                break;
            }
        }
        List<Status<K, E>> standings = new ArrayList<>(looked.size());
        looked.forEach(reading -> status(reading).ifPresent(standings::add));
        return standings;
    }

    /** How many ENIs stand where, by the terms of {@link #snapshot}. Every state is there. */
    public Map<State, Integer> counts() {
        Map<State, Integer> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0);
        }
        snapshot().forEach(status -> counts.merge(status.state(), 1, Integer::sum));
        return counts;
    }

    private List<Reading<K, E>> readAll() {
        List<Reading<K, E>> seen = new ArrayList<>();
        slots.forEach(listed -> seen.add(read(listed.slot)));
        return seen;
    }

    boolean agree(List<Reading<K, E>> one, List<Reading<K, E>> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i).same(other.get(i));
        }
        return same;
    }

    private Optional<Status<K, E>> status(Reading<K, E> reading) {
        E eni = reading.period().slot.eni;
        if (reading.owner() instanceof Claim<?, ?> holder) {
            return Optional.of(new Status<>(eni, State.HELD, Optional.of(claim(holder))));
        }
        if (reading.owner() instanceof Off off) {
            return switch (off) {
                case RESTING -> Optional.of(new Status<>(eni, State.RESTING, Optional.empty()));
                case QUARANTINED -> Optional.of(new Status<>(eni, State.QUARANTINED, Optional.empty()));
                case RETIRED -> Optional.empty();
            };
        }
        return Optional.of(new Status<>(eni, State.FREE, Optional.empty()));
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
