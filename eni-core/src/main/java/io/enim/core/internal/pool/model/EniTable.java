// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Eni;
import io.enim.EniState;
import io.enim.MacAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pool's ENIs, and what is counted, listed and due among them. An ENI that changes is accounted again before the next
 * answer, so that a round costs what has changed since the last one, however many ENIs there are (P19). Confined to the
 * reconcile loop, but for {@link #listed} and {@link #problems}.
 */
public final class EniTable {
    /** What is counted. */
    public enum Trait {
        FREE,
        PROVISIONING,
        /** On its way, and nothing was found wrong. */
        PROMISING,
        RETIRING,
        TAKES_SLOT,
        /** The cloud says that it is attached here. */
        ATTACHED_HERE;

        private boolean isOf(PooledEni eni) {
            return switch (this) {
                case FREE -> eni.isFree();
                case PROVISIONING -> eni.isProvisioning();
                case PROMISING -> eni.isProvisioning() && eni.problem().isEmpty();
                case RETIRING -> eni.isRetiring();
                case TAKES_SLOT -> eni.takesSlot();
                case ATTACHED_HERE -> eni.attachedSince().isPresent();
            };
        }
    }

    /** What the next step of an ENI waits for. */
    public enum Need {
        /** For a change of the ENI. */
        NOTHING,
        /** For a describe. */
        DESCRIBE,
        /** For a round, once its next attempt is due. */
        ACTION
    }

    /** How an ENI was last counted. */
    private record Account(Set<Trait> traits, Optional<EniState> unleased, Optional<MacAddress> mac) {
        static final Account NONE = new Account(Set.of(), Optional.empty(), Optional.empty());
    }

    private final EniLeases leases;
    private final Map<String, Instant> cooldownEnds;
    private final Function<PooledEni, Need> needs;

    private final Map<String, PooledEni> byId = new LinkedHashMap<>();
    private final Map<MacAddress, PooledEni> byMac = new HashMap<>();
    private final Set<PooledEni> changed = new LinkedHashSet<>();
    private final Map<PooledEni, Account> accounts = new HashMap<>();
    private final EnumMap<Trait, Integer> counts = new EnumMap<>(Trait.class);
    private final EnumMap<EniState, Integer> unleased = new EnumMap<>(EniState.class);
    private final Set<PooledEni> awaitingDescribe = new HashSet<>();
    private final Set<PooledEni> actionable = new LinkedHashSet<>();
    private final Set<PooledEni> retiring = new LinkedHashSet<>();
    private final ByTime nextAttempts = new ByTime();
    private final ByTime coolingDown = new ByTime();
    private final ByTime free = new ByTime();
    private final ConcurrentHashMap<String, Eni> listed = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, String> problems = new ConcurrentSkipListMap<>();

    EniTable(EniLeases leases, Map<String, Instant> cooldownEnds, Function<PooledEni, Need> needs) {
        this.leases = leases;
        this.cooldownEnds = cooldownEnds;
        this.needs = needs;
    }

    public @Nullable PooledEni get(String id) {
        return byId.get(id);
    }

    /** The one with this MAC, as of the last describe. */
    public Optional<PooledEni> withMac(MacAddress mac) {
        settle();
        return Optional.ofNullable(byMac.get(mac));
    }

    /** All: a view. */
    public Collection<PooledEni> all() {
        return byId.values();
    }

    /** Adds an ENI; returns the one of the same id that it replaces. */
    public @Nullable PooledEni put(PooledEni eni) {
        PooledEni before = byId.put(eni.id(), eni);
        if (before != null) {
            drop(before);
        }
        eni.onChange(changed::add);
        changed.add(eni);
        return before;
    }

    public void remove(PooledEni eni) {
        if (byId.remove(eni.id(), eni)) {
            drop(eni);
            listed.remove(eni.id());
            problems.remove(eni.id());
        }
    }

    private void drop(PooledEni eni) {
        eni.onChange(gone -> {});
        changed.remove(eni);
        account(eni, Account.NONE);
        index(eni, Need.NOTHING, false);
        accounts.remove(eni);
    }

    /** Begins a round: what endpoints did, and what has become due. */
    public void refresh(Instant now) {
        leases.takeChanged().forEach(id -> {
            PooledEni eni = byId.get(id);
            if (eni != null) {
                eni.leaseChanged(now);
            }
        });
        settle();
        actionable.addAll(nextAttempts.takeDue(now));
    }

    /** The instance has become another one: what was said of each ENI has another meaning. */
    void changeAll() {
        changed.addAll(byId.values());
    }

    private void settle() {
        for (PooledEni eni : List.copyOf(changed)) {
            eni.lease(leases.state(eni.id()));
            Set<Trait> traits = EnumSet.noneOf(Trait.class);
            for (Trait trait : Trait.values()) {
                if (trait.isOf(eni)) {
                    traits.add(trait);
                }
            }
            Optional<Eni> shown = eni.published();
            Optional<EniState> state = eni.isLeased() ? Optional.empty() : shown.map(Eni::state);
            account(eni, new Account(traits, state, eni.mac()));
            index(eni, needs.apply(eni), true);
            shown.ifPresentOrElse(value -> listed.put(eni.id(), value), () -> listed.remove(eni.id()));
            if (eni.problem().isEmpty()) {
                problems.remove(eni.id());
            } else {
                problems.put(eni.id(), (eni.isQuarantined() ? " is quarantined: " : ": ") + eni.problem());
            }
        }
        changed.clear();
    }

    private void account(PooledEni eni, Account now) {
        Account before = accounts.getOrDefault(eni, Account.NONE);
        before.traits.forEach(trait -> counts.merge(trait, -1, Integer::sum));
        before.unleased.ifPresent(state -> unleased.merge(state, -1, Integer::sum));
        before.mac.ifPresent(mac -> byMac.remove(mac, eni));
        now.traits.forEach(trait -> counts.merge(trait, 1, Integer::sum));
        now.unleased.ifPresent(state -> unleased.merge(state, 1, Integer::sum));
        now.mac.ifPresent(mac -> byMac.put(mac, eni));
        accounts.put(eni, now);
    }

    private void index(PooledEni eni, Need need, boolean present) {
        actionable.remove(eni);
        member(awaitingDescribe, eni, need == Need.DESCRIBE);
        member(retiring, eni, present && eni.isRetiring());
        member(nextAttempts, eni, need == Need.ACTION, eni.notBefore());
        member(free, eni, present && eni.isFree(), eni.freeSince());
        member(coolingDown, eni, present && eni.isCoolingDown(), cooldownEnds.getOrDefault(eni.id(), Instant.MIN));
    }

    private static void member(Set<PooledEni> set, PooledEni eni, boolean isMember) {
        if (isMember) {
            set.add(eni);
        } else {
            set.remove(eni);
        }
    }

    private static void member(ByTime order, PooledEni eni, boolean isMember, Instant moment) {
        if (isMember) {
            order.set(eni, moment);
        } else {
            order.remove(eni);
        }
    }

    public int count(Trait trait) {
        settle();
        return counts.getOrDefault(trait, 0);
    }

    /** Those whose next step can be taken now; a copy. */
    public List<PooledEni> actionable() {
        settle();
        return List.copyOf(actionable);
    }

    /** When the next attempt for one of the others is due. */
    public Optional<Instant> nextAttempt() {
        settle();
        return nextAttempts.first();
    }

    public boolean isAnyAwaitingDescribe() {
        settle();
        return !awaitingDescribe.isEmpty();
    }

    public Collection<PooledEni> retiring() {
        settle();
        return retiring;
    }

    /** The free ones, the longest free first; a view. */
    public Iterable<PooledEni> free() {
        settle();
        return free.inOrder();
    }

    /** Those whose cooldown is over; each is told once. */
    public List<PooledEni> cooledDown(Instant now) {
        settle();
        return coolingDown.takeDue(now);
    }

    /** Those that cool down, the first to end first; at most so many. */
    public List<PooledEni> coolingDown(int most) {
        settle();
        List<PooledEni> first = new ArrayList<>();
        for (PooledEni eni : coolingDown.inOrder()) {
            if (first.size() == most) {
                break;
            }
            first.add(eni);
        }
        return first;
    }

    /** The end of an ENI's cooldown was changed. */
    public void cooldownChanged(PooledEni eni) {
        changed.add(eni);
    }

    public Optional<Instant> nextCooldownEnd() {
        settle();
        return coolingDown.first();
    }

    /** How many of those that are not leased are in which state; absent or 0 means none. */
    public Map<EniState, Integer> unleased() {
        settle();
        return new EnumMap<>(unleased);
    }

    /** All ENIs that a describe has shown, by id, as when they are not leased. Thread-safe. */
    public ConcurrentMap<String, Eni> listed() {
        return listed;
    }

    /** What is wrong with which ENI, by id. Thread-safe. */
    public ConcurrentMap<String, String> problems() {
        return problems;
    }
}
