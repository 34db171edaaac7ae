package io.enim.core.internal.pool.orphan;

import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.pool.loop.ReconcileLoop;
import io.enim.core.internal.pool.orphan.OrphanCollector.OrphanDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One caller's bounded wait for a collection of orphans. Thread-safe; blocks. */
public final class OrphanCollectCall {
    private final ReconcileLoop reconcileLoop;
    private final OrphanCollector orphanCollector;
    private final long timeoutNanos;

    public OrphanCollectCall(ReconcileLoop reconcileLoop, OrphanCollector orphanCollector, Duration timeout) {
        this.reconcileLoop = reconcileLoop;
        this.orphanCollector = orphanCollector;
        this.timeoutNanos = timeout.toNanos();
    }

    public List<Finding> run(Mode mode) {
        // The monotonic clock: how long a caller waits does not depend on the wall clock.
        long deadline = System.nanoTime() + timeoutNanos;
        CompletableFuture<List<OrphanDecision>> decided = new CompletableFuture<>();
        reconcileLoop.post(() -> decided.complete(orphanCollector.collect(mode)));
        List<Finding> findings = new ArrayList<>();
        try {
            for (OrphanDecision decision : within(decided, deadline)) {
                findings.add(conclude(decision, deadline));
            }
        } catch (TimeoutException e) {
            findings.add(new Finding(
                    Kind.UNCERTAIN,
                    "cloud orphans",
                    "the pool gave no answer in time",
                    "run the collection again",
                    Outcome.SKIPPED));
        }
        return findings;
    }

    private static Finding conclude(OrphanDecision decision, long deadline) {
        Finding finding = decision.finding();
        Optional<String> error;
        try {
            error = within(decision.deletion(), deadline);
        } catch (TimeoutException e) {
            error = Optional.of("not done yet; it continues");
        }
        return error.map(why -> finding.action() + ": " + why)
                .map(action ->
                        new Finding(finding.kind(), finding.subject(), finding.evidence(), action, Outcome.FAILED))
                .orElse(finding);
    }

    private static <T> T within(CompletableFuture<T> future, long deadline) throws TimeoutException {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the future never completes with an error", e);
        }
    }
}
