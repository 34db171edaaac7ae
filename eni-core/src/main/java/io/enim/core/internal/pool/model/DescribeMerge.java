// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Merges what one complete describe showed into the inventory; it never replaces what is known (F13). Confined to the
 * reconcile loop; not thread-safe.
 */
public final class DescribeMerge {
    private static final SafeLogger LOG = SafeLogger.of(DescribeMerge.class);
    /** How long a new ENI may be missing from describes (CLD-12). */
    public static final Duration VISIBLE_WITHIN = Duration.ofMinutes(5);

    private final PoolInventory inventory;
    private final IntentLog intents;

    public DescribeMerge(PoolInventory inventory, IntentLog intents) {
        this.inventory = inventory;
        this.intents = intents;
    }

    /** Merges; true when the status of an ENI changed. */
    public boolean merge(List<@Nullable CloudEni> answer, Instant began) {
        Malformed sorted = Malformed.in(answer, inventory);
        Map<String, CloudEni> byId = sorted.sound();
        inventory.malformed.clear();
        inventory.malformed.putAll(sorted.malformed());
        inventory.foreign.clear();
        inventory.orphanCandidates.keySet().retainAll(byId.keySet());
        adoptHeld(byId, began);
        boolean moved = false;
        for (CloudEni eni : byId.values()) {
            PooledEni known = inventory.enis.get(eni.id());
            if (known == null) {
                classify(eni, began);
            } else {
                moved |= known.described(eni, began, inventory.instance());
                known.toEni(EniState.READY, Optional.empty()).ifPresent(inventory.leases::update);
            }
        }
        inventory.enis.all().stream().filter(eni -> !byId.containsKey(eni.id())).forEach(eni -> {
            String why = sorted.malformed().get(eni.id());
            if (why != null) {
                eni.malformed(why);
            } else if (sorted.provesAbsence() && countsAsMissing(eni, began)) {
                eni.missing(began);
            }
        });
        if (sorted.provesAbsence()) {
            countLosses(sorted, began);
        }
        return moved;
    }

    private void countLosses(Malformed sorted, Instant began) {
        Set<String> expected =
                inventory.enis.all().stream().map(PooledEni::id).collect(Collectors.toCollection(HashSet::new));
        expected.addAll(inventory.awaited.values());
        expected.removeAll(sorted.malformed().keySet());
        inventory.lossTracker.described(expected, sorted.sound(), inventory.instance(), began);
    }

    /** Why an answer about one ENI has values that cannot be; empty when it has none. */
    public static Optional<String> malformed(CloudEni eni) {
        return Malformed.why(eni);
    }

    /**
     * A describe that began before the ENI was created, or soon after, proves nothing about it. The time in the record of an
     * earlier process is that of a wall clock that may have been wrong by years: its ENI may have been created just before
     * this process began.
     */
    private static boolean countsAsMissing(PooledEni eni, Instant began) {
        return eni.wasEverVisible()
                || eni.desired() != PooledEni.Desired.PROVISIONED
                || eni.knownSince().plus(VISIBLE_WITHIN).isBefore(began);
    }

    private void adoptHeld(Map<String, CloudEni> byId, Instant began) {
        for (Endpoint endpoint : List.copyOf(inventory.awaited.keySet())) {
            // Atomic against allocate and deallocate of the same endpoint: at any moment the ENI is awaited or leased.
            inventory.awaited.computeIfPresent(endpoint, (key, id) -> {
                CloudEni eni = byId.get(id);
                return eni != null && adopt(key, eni, began) ? null : id;
            });
        }
    }

    private boolean adopt(Endpoint endpoint, CloudEni eni, Instant began) {
        if (inventory.leases.contains(eni.id())) {
            LOG.error(
                    "the ledger assigns {} to {}, but another endpoint holds it already; refusing to share it",
                    eni.id(),
                    endpoint);
            return false;
        }
        PooledEni adopted = PooledEni.found(eni, began, inventory.instance());
        Optional<Eni> held = adopted.toEni(EniState.IN_USE, Optional.of(endpoint));
        if (held.isEmpty() || !inventory.leases.adopt(endpoint, held.get())) {
            return false;
        }
        PooledEni before = inventory.enis.put(adopted);
        if (before != null) {
            // An intent from before it was assigned; the assignment overrides every intent (F1).
            before.intent().ifPresent(intents::forgetLater);
        }
        return true;
    }

    private void classify(CloudEni eni, Instant began) {
        boolean here = inventory.isHere(eni);
        boolean ours = inventory.isOurs(eni);
        if (here && eni.ownerTag().isPresent() && !ours) {
            inventory.foreign.put(eni.id(), eni);
        } else if (here && eni.status() != CloudEni.Status.DETACHING) {
            inventory.enis.put(PooledEni.found(eni, began, inventory.instance()));
            inventory.orphanCandidates.remove(eni.id());
        } else if (!here && ours) {
            inventory.orphanCandidates.compute(
                    eni.id(),
                    (id, known) -> new OrphanCandidate(eni, (known == null ? Streak.NONE : known.seen()).and(began)));
        }
    }
}
