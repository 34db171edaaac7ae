// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.core.internal.pool.model.EniTable.Need;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.provider.CloudEni;
import io.enim.provider.OwnerTag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** All that the pool knows. Confined to the reconcile loop, but for what is documented as thread-safe. */
public final class PoolInventory {
    public static final String NOT_DESCRIBED = "no successful cloud describe since startup; no ENIs are served yet";

    public final EniTable enis;
    public final Map<String, PendingCreate> pendingCreates = new LinkedHashMap<>();
    public final Map<String, OrphanCandidate> orphanCandidates = new LinkedHashMap<>();
    /** Attached here with the owner tag of another node: reported, and left alone. */
    public final Map<String, CloudEni> foreign = new LinkedHashMap<>();
    /** What the last describe showed with values that cannot be, and why, by id. */
    public final Map<String, String> malformed = new LinkedHashMap<>();

    /** ENIs that the ledger assigns and no describe has shown since startup, by endpoint. Thread-safe. */
    public final ConcurrentHashMap<Endpoint, String> awaited = new ConcurrentHashMap<>();
    /** When each started cooldown ends. Thread-safe. */
    public final ConcurrentHashMap<String, Instant> cooldownEnds = new ConcurrentHashMap<>();

    /** What ADDs found wrong with ENIs that are to be withdrawn, by id. Thread-safe. */
    public final ConcurrentHashMap<String, String> faults = new ConcurrentHashMap<>();

    /** Thread-safe. */
    public final EniLeases leases;
    /** Thread-safe. */
    public final LossTracker lossTracker;

    public final DescribeTimer describeTimer;
    public final LearnedQuota learnedQuota = new LearnedQuota();

    private final OwnerTag ownerTag;
    private String instance = "";
    private Instant lastDescribe = Instant.MIN;
    private OptionalInt allowed = OptionalInt.empty();
    private String howToGetMore = "use an instance that may have more ENIs";

    /** Knows nothing yet; {@code needs} says what the next step of an ENI waits for. */
    public PoolInventory(
            OwnerTag ownerTag,
            EniLeases leases,
            LossTracker lossTracker,
            DescribeTimer describeTimer,
            BiFunction<PooledEni, PoolInventory, Need> needs) {
        this.ownerTag = ownerTag;
        this.leases = leases;
        this.lossTracker = lossTracker;
        this.describeTimer = describeTimer;
        this.enis = new EniTable(leases, cooldownEnds, eni -> needs.apply(eni, this));
    }

    /** Takes over what the ledger and the state directory know of the time before this process. */
    public void restore(Map<Endpoint, String> held, List<CloudIntent> found, IntentLog intents, Instant now) {
        awaited.putAll(held);
        for (CloudIntent intent : found) {
            if (intent.eniId().isEmpty()) {
                PendingCreate pending = new PendingCreate(intent);
                // The process before may have sent it, at the latest just before now.
                pending.ambiguous(now.minusNanos(1));
                pendingCreates.put(intent.token(), pending);
                continue;
            }
            String id = intent.eniId().get();
            PooledEni known = enis.get(id);
            PooledEni eni = known == null ? new PooledEni(id, now) : known;
            enis.put(eni);
            if (eni.isRetiring()) {
                // Recorded after the intent to provision it, and so the later decision.
                intents.forgetLater(intent);
            } else {
                eni.intent().ifPresent(intents::forgetLater);
                eni.intend(intent);
            }
        }
    }

    /** What {@link #restore} took over of intents is another node's: as if there had been none. */
    public void disown() {
        pendingCreates.clear();
        List.copyOf(enis.all()).stream().filter(eni -> eni.intent().isPresent()).forEach(enis::remove);
    }

    /** An instance other than this one to which an ENI with our owner tag is attached: it has this node's name, or had it. */
    public Optional<String> namesake() {
        return orphanCandidates.values().stream()
                .map(OrphanCandidate::eni)
                .filter(eni -> eni.status() == CloudEni.Status.ATTACHED && !isHere(eni))
                .flatMap(eni -> eni.instanceId().stream())
                .sorted()
                .findFirst();
    }

    public OwnerTag ownerTag() {
        return ownerTag;
    }

    /** This node's instance, as of the last describe. */
    public String instance() {
        return instance;
    }

    public boolean isOurs(CloudEni eni) {
        return eni.ownerTag().filter(ownerTag::equals).isPresent();
    }

    public boolean isOurs(PooledEni eni) {
        return eni.observed().filter(this::isOurs).isPresent();
    }

    /** Whether it is attached to, being attached to or being detached from this instance. */
    public boolean isHere(CloudEni eni) {
        return eni.instanceId().filter(instance::equals).isPresent();
    }

    /** A describe of this instance succeeded; its ENIs are merged next. */
    public void describing(String here, OptionalInt maxEnis, Optional<String> more) {
        if (!instance.equals(here)) {
            instance = here;
            enis.changeAll();
        }
        allowed = maxEnis.isPresent() ? maxEnis : allowed;
        howToGetMore = more.orElse(howToGetMore);
    }

    /** What a describe that began at this moment showed has been merged. */
    public void describedAt(Instant began) {
        lastDescribe = began;
    }

    /** Whether a describe has succeeded. Nothing is changed and nothing is offered before. */
    public boolean isDescribed() {
        return !lastDescribe.equals(Instant.MIN);
    }

    /** When the last describe that succeeded began. */
    public Instant lastDescribe() {
        return lastDescribe;
    }

    /** How many ENIs the cloud allows; while it has not told its limit, no more than there are. */
    public int allowed(Instant now) {
        return learnedQuota.lower(allowed.orElseGet(this::slots), now);
    }

    /** What would raise the limit that the cloud told. */
    public String howToGetMore() {
        return howToGetMore;
    }

    /** Whether the cloud has told its limit. */
    public boolean knowsAllowed() {
        return allowed.isPresent();
    }

    /** Offers an ENI no longer; false when an endpoint holds it. */
    public boolean withdraw(PooledEni eni) {
        boolean withdrawn = leases.withdraw(eni.id());
        if (withdrawn) {
            eni.withdrawn();
        }
        return withdrawn;
    }

    /** Slots of the instance that are taken, or about to be. */
    public int slots() {
        return pendingCreates.size() + enis.count(Trait.TAKES_SLOT);
    }
}
