// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.orphan;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.ReconcileLoop;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.OrphanCandidate;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds ENIs with our owner tag that nothing here needs (P12). Either one is proven an orphan, by owner tag, age, two
 * describes and absence everywhere, and deleted or reused; or it is reported and left. Confined to the reconcile loop, but
 * for {@link #collect}, which is thread-safe and blocks.
 */
public final class OrphanCollector {
    private static final SafeLogger LOG = SafeLogger.of(OrphanCollector.class);

    /** What to report, unless the deletion fails, which is completed with the reason then; at once if nothing is deleted. */
    private record OrphanDecision(Finding finding, CompletableFuture<Optional<String>> deletion) {
        static OrphanDecision report(Finding finding) {
            return new OrphanDecision(finding, CompletableFuture.completedFuture(Optional.empty()));
        }

        static OrphanDecision report(Kind kind, String eniId, String evidence, String action, Outcome outcome) {
            return report(Finding.ofEni(kind, eniId, eniId, evidence, action, outcome));
        }

        static OrphanDecision skip(String eniId, String evidence, String action) {
            return report(Kind.UNCERTAIN, eniId, evidence, action, Outcome.SKIPPED);
        }

        static OrphanDecision skipAll(String evidence, String action) {
            return report(new Finding(Kind.UNCERTAIN, "cloud orphans", evidence, action, Outcome.SKIPPED));
        }

        Finding result() {
            return deletion.getNow(Optional.of("not done yet; it continues"))
                    .map(error -> finding.after(finding.action() + ": " + error, Outcome.FAILED))
                    .orElse(finding);
        }
    }

    private final PoolInventory inventory;
    private final IntentLog intents;
    private final ReconcileLoop reconcileLoop;
    private final MonotonicClock clock;
    private final Execution execution;
    private final Duration timeout;
    private final Duration minimumAge;
    private final Duration staleAfter;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Until when a collection finds nothing, as of the last round. */
    private volatile Instant idleUntil = Instant.MIN;

    public OrphanCollector(
            EniSettings settings,
            PoolInventory inventory,
            IntentLog intents,
            ReconcileLoop reconcileLoop,
            MonotonicClock clock,
            Execution execution) {
        this.inventory = inventory;
        this.intents = intents;
        this.reconcileLoop = reconcileLoop;
        this.clock = clock;
        this.execution = execution;
        this.timeout = settings.duration(EniSetting.CLOUD_TIMEOUT);
        this.minimumAge = settings.duration(EniSetting.GC_AGE);
        this.staleAfter = settings.duration(EniSetting.POOL_RECONCILE).multipliedBy(2);
    }

    /** Takes over an orphan instead of creating an ENI: the proof that it may be deleted is as good for an attach. */
    public boolean tryReuse(RoundSchedule schedule) {
        Instant now = schedule.now();
        Optional<OrphanCandidate> proven = inventory.orphanCandidates.values().stream()
                .filter(orphan ->
                        doubt(now).isEmpty() && orphan.doubt(minimumAge, now).isEmpty())
                .findFirst();
        proven.ifPresent(orphan -> {
            PooledEni eni = takeOver(orphan);
            eni.intend(intents.provision().with(eni.id()));
            LOG.info("{} is reused: {}", eni.id(), orphan.evidence(minimumAge));
            schedule.requeueNow();
        });
        return proven.isPresent();
    }

    private PooledEni takeOver(OrphanCandidate orphan) {
        PooledEni eni = PooledEni.found(orphan.eni(), inventory.lastDescribe(), inventory.instance());
        inventory.orphanCandidates.remove(eni.id());
        inventory.enis.put(eni);
        return eni;
    }

    /** Publishes at the end of a round whether a collection would find anything. */
    public void publish() {
        idleUntil = decisions(Mode.DRY_RUN).findAny().isEmpty() ? freshUntil() : Instant.MIN;
    }

    /**
     * Deletes what is proven, reports the rest, and waits for the cloud's answers, at most {@code enim.cloud.timeout}. It
     * waits for no round where the last one left nothing to find, and its describe is not too old to say so.
     */
    public List<Finding> collect(Mode mode) {
        return clock.instant().isAfter(idleUntil) ? collectOnLoop(mode) : List.of();
    }

    private List<Finding> collectOnLoop(Mode mode) {
        CompletableFuture<List<OrphanDecision>> decided = new CompletableFuture<>();
        reconcileLoop.post(() -> decided.complete(decisions(mode).toList()));
        CompletableFuture<Void> done = decided.thenCompose(decisions -> CompletableFuture.allOf(
                decisions.stream().map(OrphanDecision::deletion).toArray(CompletableFuture<?>[]::new)));
        try {
            execution.await(CompletableFuture.anyOf(done, closed), timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // What is under way continues, and its finding says so.
        } catch (ExecutionException e) {
            throw new IllegalStateException("neither decisions nor deletions complete with an error", e);
        }
        String why = closed.isDone() ? "the pool is closed" : "the pool gave no answer in time";
        OrphanDecision late = OrphanDecision.skipAll(why, "run the collection again");
        return decided.getNow(List.of(late)).stream()
                .map(OrphanDecision::result)
                .toList();
    }

    /** No round follows: what waits for one is answered. Does not block. */
    public void close() {
        closed.complete(null);
    }

    /** What there is to decide now, each decided when it is read. */
    private Stream<OrphanDecision> decisions(Mode mode) {
        Instant now = clock.instant();
        Optional<String> doubt = doubt(now);
        List<OrphanCandidate> candidates = List.copyOf(inventory.orphanCandidates.values());
        Stream<OrphanDecision> orphans = candidates.stream()
                .map(orphan -> doubt.or(() -> orphan.doubt(minimumAge, now))
                        .map(why -> OrphanDecision.skip(
                                orphan.eni().id(),
                                "tagged as ours and unknown here, but not proven to be an orphan: " + why,
                                "leave it"))
                        .orElseGet(() -> proven(orphan, mode)));
        Stream<OrphanDecision> unknown = doubt
                .filter(why -> candidates.isEmpty() && (!inventory.isDescribed() || isStale(now)))
                .map(why -> OrphanDecision.skipAll(why, "delete nothing"))
                .stream();
        Stream<OrphanDecision> foreign = inventory.foreign.entrySet().stream()
                .map(eni -> OrphanDecision.skip(
                        eni.getKey(),
                        "attached here, but tagged " + eni.getValue().ownerTag().orElseThrow()
                                + ", which is another node",
                        "leave it alone"));
        Stream<OrphanDecision> failing = inventory.enis.retiring().stream()
                .filter(eni -> !eni.problem().isEmpty() && eni.attempts() > 1)
                .map(eni -> OrphanDecision.report(
                        Kind.CLOUD_ORPHAN,
                        eni.id(),
                        "to be retired since "
                                + eni.intent().map(CloudIntent::since).orElse(now),
                        "detach and delete, tried " + eni.attempts() + " times: " + eni.problem(),
                        Outcome.FAILED));
        return Stream.of(orphans, unknown, foreign, failing).flatMap(Function.identity());
    }

    private OrphanDecision proven(OrphanCandidate orphan, Mode mode) {
        Outcome outcome = mode == Mode.DRY_RUN ? Outcome.DRY_RUN : Outcome.DONE;
        OrphanDecision decision = OrphanDecision.report(
                Kind.CLOUD_ORPHAN, orphan.eni().id(), orphan.evidence(minimumAge), "delete it", outcome);
        if (mode == Mode.DRY_RUN) {
            return decision;
        }
        PooledEni eni = takeOver(orphan);
        eni.intend(intents.retire(eni.id()));
        // One more describe, from now, has to show it available before it is deleted.
        Instant now = clock.instant();
        eni.changed(now);
        inventory.describeTimer.describeSoon(now);
        return new OrphanDecision(decision.finding(), eni.deletion());
    }

    /** What rules out every proof: unknown is not dead. */
    private Optional<String> doubt(Instant now) {
        if (!inventory.isDescribed()) {
            return Optional.of(PoolInventory.NOT_DESCRIBED);
        }
        if (isStale(now)) {
            return Optional.of("the last successful cloud describe began "
                    + Duration.between(inventory.lastDescribe(), now).toSeconds() + " s ago, too long ago for a proof");
        }
        if (!inventory.pendingCreates.isEmpty()) {
            return Optional.of("a create call is under way whose ENI is not known yet");
        }
        if (!inventory.awaited.isEmpty()) {
            return Optional.of(
                    "the cloud does not list every ENI that the ledger assigns: " + inventory.awaited.values());
        }
        return inventory
                .namesake()
                .map(instance -> "ENIs tagged as ours are attached to instance " + instance
                        + ": it has this node's name, or had it");
    }

    private boolean isStale(Instant now) {
        return freshUntil().isBefore(now);
    }

    private Instant freshUntil() {
        return inventory.lastDescribe().plus(staleAfter);
    }
}
