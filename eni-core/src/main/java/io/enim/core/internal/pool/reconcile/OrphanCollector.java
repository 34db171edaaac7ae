package io.enim.core.internal.pool.reconcile;

import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.model.OrphanCandidate;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is ours in the cloud and nobody needs (P12). Either it is proven, by mark, age, two looks and absence everywhere,
 * or it is reported and left. Belongs to the rounds.
 */
public final class OrphanCollector {
    /**
     * One thing found.
     *
     * @param member the ENI that is now being deleted; empty when nothing is done
     * @param finding what is said when nothing is done, or when the deletion succeeded
     */
    record OrphanDecision(Optional<PooledEni> pooled, Finding finding) {}

    private final PoolInventory poolInventory;
    private final CloudObserver observer;
    private final MonotonicClock clock;
    private final Duration minimumAge;
    private final Duration period;

    public OrphanCollector(PoolContext poolContext, CloudObserver looks) {
        this.poolInventory = poolContext.inventory();
        this.clock = poolContext.clock();
        this.observer = looks;
        this.minimumAge = poolContext.dependencies().settings().duration(EniSetting.GC_AGE);
        this.period = poolContext.dependencies().settings().duration(EniSetting.POOL_RECONCILE);
    }

    String evidence(OrphanCandidate orphanCandidate) {
        return orphanCandidate.evidence(minimumAge);
    }

    /** One that may be used again: what was proven to be free to be deleted is as free to be attached. */
    Optional<OrphanCandidate> takeProven(Instant now) {
        if (generalDoubt(now).isPresent()) {
            return Optional.empty();
        }
        Optional<OrphanCandidate> proven = poolInventory.orphanCandidates.values().stream()
                .filter(orphanCandidate ->
                        orphanCandidate.doubt(minimumAge, now).isEmpty())
                .findFirst();
        proven.ifPresent(orphanCandidate ->
                poolInventory.orphanCandidates.remove(orphanCandidate.eni().id()));
        return proven;
    }

    List<OrphanDecision> collect(Mode mode) {
        Instant now = clock.now();
        List<OrphanDecision> cases = new ArrayList<>();
        Optional<String> doubt = generalDoubt(now);
        for (OrphanCandidate orphanCandidate : List.copyOf(poolInventory.orphanCandidates.values())) {
            Optional<String> why = doubt.isPresent() ? doubt : orphanCandidate.doubt(minimumAge, now);
            cases.add(why.map(text -> skipped(orphanCandidate, text)).orElseGet(() -> proven(orphanCandidate, mode)));
        }
        if (cases.isEmpty()) {
            doubt.filter(text -> !poolInventory.described || isStale(now))
                    .ifPresent(text -> cases.add(new OrphanDecision(
                            Optional.empty(),
                            new Finding(Kind.UNCERTAIN, "cloud leftovers", text, "delete nothing", Outcome.SKIPPED))));
        }
        poolInventory
                .foreign
                .values()
                .forEach(eni -> cases.add(new OrphanDecision(
                        Optional.empty(),
                        new Finding(
                                Kind.UNCERTAIN,
                                eni.id(),
                                "attached here, and marked " + eni.ownerTag().orElseThrow() + ", which is another node",
                                "leave it alone",
                                Outcome.SKIPPED))));
        poolInventory.enis.values().stream()
                .filter(pooledEni -> pooledEni.isRetiring() && !pooledEni.problem.isEmpty() && pooledEni.attempts > 1)
                .forEach(pooledEni -> cases.add(new OrphanDecision(
                        Optional.empty(),
                        new Finding(
                                Kind.CLOUD_ORPHAN,
                                pooledEni.id,
                                "to be retired since "
                                        + pooledEni
                                                .intent()
                                                .map(CloudIntent::since)
                                                .orElse(now),
                                "detach and delete, tried " + pooledEni.attempts + " times: " + pooledEni.problem,
                                Outcome.FAILED))));
        return cases;
    }

    private OrphanDecision skipped(OrphanCandidate orphanCandidate, String why) {
        return new OrphanDecision(
                Optional.empty(),
                new Finding(
                        Kind.UNCERTAIN,
                        orphanCandidate.eni().id(),
                        "marked as ours and unknown here, but not proven to be a leftover: " + why,
                        "leave it",
                        Outcome.SKIPPED));
    }

    private OrphanDecision proven(OrphanCandidate orphanCandidate, Mode mode) {
        String id = orphanCandidate.eni().id();
        Finding finding = new Finding(
                Kind.CLOUD_ORPHAN,
                id,
                orphanCandidate.evidence(minimumAge),
                "delete it",
                mode == Mode.DRY_RUN ? Outcome.DRY_RUN : Outcome.DONE);
        if (mode == Mode.DRY_RUN) {
            return new OrphanDecision(Optional.empty(), finding);
        }
        poolInventory.orphanCandidates.remove(id);
        PooledEni pooledEni = new PooledEni(id);
        pooledEni.visible();
        pooledEni.observed(orphanCandidate.eni(), poolInventory.lastDescribe, observer.instance());
        pooledEni.retire(CloudIntent.retire(id, clock.wallTime()), false);
        // One more look, from now, has to find it free before it is deleted.
        pooledEni.changed(clock.now());
        poolInventory.enis.put(id, pooledEni);
        observer.describeSoon();
        return new OrphanDecision(Optional.of(pooledEni), finding);
    }

    /** What makes every proof impossible: unknown is not dead. */
    private Optional<String> generalDoubt(Instant now) {
        if (!poolInventory.described) {
            return Optional.of("the cloud was not heard since the start");
        }
        if (isStale(now)) {
            return Optional.of(
                    "the cloud was last heard at " + poolInventory.lastDescribe + ", too long ago to prove anything");
        }
        if (poolInventory.isCreatePending()) {
            return Optional.of("a creation is under way whose ENI is not known yet");
        }
        if (!poolInventory.awaited.isEmpty()) {
            return Optional.of(
                    "the cloud does not show every ENI that the ledger holds: " + poolInventory.awaited.values());
        }
        return Optional.empty();
    }

    private boolean isStale(Instant now) {
        return poolInventory.lastDescribe.plus(period.multipliedBy(2)).isBefore(now);
    }
}
