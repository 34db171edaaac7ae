package io.enim.core.internal.pool.reconcile;

import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.pool.loop.ReconcileLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One caller's wait for what the rounds find out and do about leftovers. Safe for concurrent use; blocks. */
public final class OrphanCollectCall {
    private final ReconcileLoop reconcileLoop;
    private final OrphanCollector orphanCollector;
    private final long timeoutNanos;

    public OrphanCollectCall(ReconcileLoop reconcileLoop, OrphanCollector leftovers, Duration patience) {
        this.reconcileLoop = reconcileLoop;
        this.orphanCollector = leftovers;
        this.timeoutNanos = patience.toNanos();
    }

    public List<Finding> run(Mode mode) {
        // The monotonic clock: how long a caller waits has nothing to do with the time of day.
        long deadline = System.nanoTime() + timeoutNanos;
        CompletableFuture<List<OrphanCollector.OrphanDecision>> judged = new CompletableFuture<>();
        reconcileLoop.post(() -> judged.complete(orphanCollector.collect(mode)));
        List<Finding> findings = new ArrayList<>();
        try {
            for (OrphanCollector.OrphanDecision found : within(judged, deadline)) {
                findings.add(conclude(found, deadline));
            }
        } catch (TimeoutException e) {
            findings.add(new Finding(
                    Kind.UNCERTAIN,
                    "cloud leftovers",
                    "the pool gave no answer in time",
                    "ask again",
                    Outcome.SKIPPED));
        }
        return findings;
    }

    private static Finding conclude(OrphanCollector.OrphanDecision found, long deadline) {
        Finding finding = found.finding();
        if (found.pooled().isEmpty()) {
            return finding;
        }
        String error;
        try {
            error = within(found.pooled().get().deleted, deadline).orElse("");
        } catch (TimeoutException e) {
            error = "not done yet; it goes on";
        }
        return error.isEmpty()
                ? finding
                : new Finding(
                        finding.kind(),
                        finding.subject(),
                        finding.evidence(),
                        finding.action() + ": " + error,
                        Outcome.FAILED);
    }

    private static <T> T within(CompletableFuture<T> future, long deadline) throws TimeoutException {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes it with an error", e);
        }
    }
}
