package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.core.internal.pool.model.PoolTargets.Supply;
import io.enim.core.internal.pool.reconcile.PoolContext;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.provider.CloudEni;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** All that the pool knows. The maps belong to the rounds, but for what says otherwise. */
public final class PoolInventory {
    public final Map<String, PooledEni> enis = new LinkedHashMap<>();
    public final Map<String, PendingCreate> pendingCreates = new LinkedHashMap<>();
    public final Map<String, OrphanCandidate> orphanCandidates = new LinkedHashMap<>();
    /** Attached here with the mark of another node: what we do not touch, and say. */
    public final Map<String, CloudEni> foreign = new LinkedHashMap<>();
    /** Until when ENIs rest, by id. Safe for concurrent use. */
    public final ConcurrentHashMap<String, Instant> cooldowns = new ConcurrentHashMap<>();
    /** Endpoints that hold an ENI by the ledger which the cloud has not shown since the start. Safe for concurrent use. */
    public final ConcurrentHashMap<Endpoint, String> awaited = new ConcurrentHashMap<>();
    /** Safe for concurrent use. */
    public final EniLeases leases;
    /** Which of these the cloud no longer has, as far as is known. Safe for concurrent use. */
    public final LossTracker lossTracker;

    /** The cloud was heard. Nothing is changed and nothing is offered before. */
    public boolean described;
    /** When the last look that succeeded began. */
    public Instant lastDescribe = Instant.MIN;
    /** What the cloud last allowed. */
    public OptionalInt allowed = OptionalInt.empty();

    public PoolInventory(EniLeases shelf, LossTracker losses) {
        this.leases = shelf;
        this.lossTracker = losses;
    }

    /** What was begun before this process, and who holds what. */
    public void restore(PoolContext poolContext) {
        awaited.putAll(poolContext.dependencies().held());
        cooldowns.putAll(poolContext.store().foundCooldowns());
        for (CloudIntent cloudIntent : poolContext.store().foundIntents()) {
            if (cloudIntent.eniId().isEmpty()) {
                pendingCreates.put(cloudIntent.token(), new PendingCreate(cloudIntent, true));
                continue;
            }
            PooledEni pooledEni = enis.computeIfAbsent(cloudIntent.eniId().get(), PooledEni::new);
            if (cloudIntent.kind() == CloudIntent.Kind.RETIRE) {
                // Written after the wish to create, if there was one, and so the later word.
                pooledEni.intent().ifPresent(poolContext::forgetLater);
                pooledEni.retire(cloudIntent, true);
            } else if (pooledEni.isRetiring()) {
                poolContext.forgetLater(cloudIntent);
            } else {
                pooledEni.setIntent(cloudIntent, true);
            }
        }
    }

    public boolean isCreatePending() {
        return !pendingCreates.isEmpty();
    }

    /** ENIs that the cloud says are attached here. */
    public int attachedHere() {
        return (int) enis.values().stream()
                .filter(pooledEni -> pooledEni.attachedSince != null)
                .count();
    }

    /** Looks at the shelf: what this round goes by. */
    public void refreshLeases() {
        enis.values().forEach(pooledEni -> pooledEni.lease = leases.state(pooledEni.id));
    }

    /** Places taken at this node. */
    public int slots() {
        return pendingCreates.size()
                + (int) enis.values().stream().filter(PooledEni::takesSlot).count();
    }

    public Supply supply(int waiting) {
        int ready = 0;
        int coming = pendingCreates.size();
        for (PooledEni pooledEni : enis.values()) {
            ready += pooledEni.isFree() ? 1 : 0;
            coming += pooledEni.isProvisioning() ? 1 : 0;
        }
        return new Supply(slots(), ready, coming, waiting);
    }
}
