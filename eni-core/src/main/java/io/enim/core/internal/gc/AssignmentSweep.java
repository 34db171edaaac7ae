// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.liveness.LivenessArbiter;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.ReleaseOperation.End;
import io.enim.core.internal.operation.ReleaseOperation.Reach;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Ends assignments that are dead, interrupted or in quarantine. Used by one thread at a time, but for {@link #doubts}. */
public final class AssignmentSweep {
    private static final int AT_ONCE = 16;

    private final Ledger ledger;
    private final PerEndpointExecutor executor;
    private final ReleaseOperation release;
    private final TimelineRecorder timelines;
    private final LivenessArbiter arbiter;
    private final Clock clock;
    private final Duration timeout;
    private final Duration patience;
    private volatile List<String> doubts = List.of();
    /** Since when an assignment without a sandbox should have ended, and its device should have been brought back. */
    private final ConcurrentHashMap<Endpoint, Instant> overdueSince = new ConcurrentHashMap<>();

    /**
     * A sweep.
     *
     * @param timeout the longest that ending one assignment may take
     * @param patience how long a device that another program moved may stay away before all namespaces are searched
     */
    public AssignmentSweep(
            Ledger ledger,
            PerEndpointExecutor executor,
            ReleaseOperation release,
            TimelineRecorder timelines,
            LivenessArbiter arbiter,
            Clock clock,
            Duration timeout,
            Duration patience) {
        this.ledger = ledger;
        this.executor = executor;
        this.release = release;
        this.timelines = timelines;
        this.arbiter = arbiter;
        this.clock = clock;
        this.timeout = timeout;
        this.patience = patience;
    }

    /** An assignment that should end; the finding says why, and what is done about it. */
    private record Suspect(Assignment assignment, Finding found) {}

    List<Finding> run(GcRequest request, Retries retries) {
        arbiter.beginRound(ledger.size());
        List<Finding> findings = new ArrayList<>();
        List<Suspect> suspects = new ArrayList<>();
        for (Assignment assignment : ledger.all()) {
            boolean waits = assignment.phase() != Phase.ADDED
                    && !retries.isDue(assignment.eni().mac());
            if (!waits && !executor.isBusy(assignment.endpoint())) {
                Optional<Suspect> suspect = examine(assignment, request, findings);
                if (suspect.isPresent()) {
                    suspects.add(suspect.get());
                }
            }
        }
        Predicate<Endpoint> isOver = endpoint -> ledger.get(endpoint).isEmpty();
        arbiter.forget(isOver);
        overdueSince.keySet().removeIf(isOver);
        if (request.valid().isEmpty()) {
            // Doubts that come from a caller's list, which may be older than the endpoint, do not last.
            doubts = findings.stream().map(Finding::toString).toList();
        }
        for (int from = 0; from < suspects.size(); from += AT_ONCE) {
            findings.addAll(end(suspects.subList(from, Math.min(from + AT_ONCE, suspects.size())), request, retries));
        }
        return findings;
    }

    /** The endpoints whose liveness the last such round could not determine, and why. Does not block. */
    List<String> doubts() {
        return doubts;
    }

    private Optional<Suspect> examine(Assignment assignment, GcRequest request, List<Finding> uncertain) {
        return switch (assignment.phase()) {
            case ADDING ->
                suspect(
                        assignment,
                        Kind.INTERRUPTED_ADD,
                        "its ADD began at " + assignment.since() + " and is not running");
            case DELETING -> suspect(assignment, Kind.INTERRUPTED_DEL, "its DEL began and is not running");
            case QUARANTINED -> suspect(assignment, Kind.QUARANTINED, assignment.reason());
            case ADDED -> {
                Verdict verdict = arbiter.assess(assignment, request);
                if (verdict.state() == State.UNKNOWN && isDoubtful(assignment, request)) {
                    String action = "leave it to its endpoint";
                    uncertain.add(Findings.of(Kind.UNCERTAIN, assignment, verdict.evidence(), action, Outcome.SKIPPED));
                }
                yield verdict.state() == State.CERTAINLY_GONE
                        ? suspect(assignment, Kind.DEAD_ENDPOINT, verdict.evidence())
                        : Optional.empty();
            }
        };
    }

    private static Optional<Suspect> suspect(Assignment assignment, Kind kind, String evidence) {
        String action = "return the device to the host, verify, free the ENI";
        Finding found = Findings.of(kind, assignment, evidence, action, Outcome.DRY_RUN);
        return Optional.of(new Suspect(assignment, found));
    }

    /** An assignment without a sandbox, and with no source that could know it, cannot be observed; that is no doubt. */
    private boolean isDoubtful(Assignment assignment, GcRequest request) {
        return assignment.sandbox().isPresent()
                || arbiter.hasSources()
                || request.valid().isPresent();
    }

    private List<Finding> end(List<Suspect> suspects, GcRequest request, Retries retries) {
        if (request.mode() == Mode.DRY_RUN) {
            return suspects.stream().map(this::withLossEvidence).toList();
        }
        Map<Suspect, EndpointTask<Finding>> tasks = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        for (Suspect suspect : suspects) {
            EndpointTask<Finding> task = new EndpointTask<>(
                    "GC",
                    suspect.assignment().endpoint(),
                    executor.deadline(timeout),
                    running -> endOnWorker(suspect, request, running));
            try {
                executor.submit(task);
                tasks.put(suspect, task);
            } catch (RuntimeException | Error e) {
                findings.add(Findings.ended(suspect.found(), ": " + Findings.why(e), Outcome.FAILED));
            }
        }
        tasks.forEach((suspect, task) -> {
            Finding finding = Findings.treat(suspect.found(), task::await);
            findings.add(finding);
            if (finding.outcome() == Outcome.FAILED) {
                retries.failed(suspect.assignment().eni().mac());
            }
        });
        return findings;
    }

    private Finding withLossEvidence(Suspect suspect) {
        String loss;
        try {
            loss = release.lossEvidence(suspect.assignment().endpoint())
                    .map(evidence -> "; " + evidence)
                    .orElse("");
        } catch (RuntimeException | Error e) {
            loss = "; it is unknown whether its ENI is lost: " + Findings.why(e);
        }
        Finding found = suspect.found();
        return found.because(found.kind(), found.evidence() + loss);
    }

    private Finding endOnWorker(Suspect suspect, GcRequest request, EndpointTask<?> task) {
        Finding found = suspect.found();
        Endpoint endpoint = suspect.assignment().endpoint();
        Optional<Assignment> now = ledger.get(endpoint);
        if (now.isEmpty() || !now.get().equals(suspect.assignment())) {
            return Findings.left(found, "it changed after it was examined");
        }
        if (found.kind() == Kind.DEAD_ENDPOINT
                && arbiter.assess(now.get(), request).state() != State.CERTAINLY_GONE) {
            return Findings.left(found, "it was found alive when it was examined again");
        }
        StepRunner steps = timelines.steps(task);
        boolean wasDeleted =
                wasDeleted(found.kind()) && ledger.earlier(endpoint).isEmpty();
        ReleaseOperation.Result result = found.kind() == Kind.DEAD_ENDPOINT
                ? release.run(now.get(), steps, timeout, reach(now.get()))
                : release.recover(now.get(), steps, timeout, reach(now.get()));
        Optional<String> loss = wasDeleted && result.end() == End.KEPT_WITHOUT_DEVICE
                ? release.lossEvidence(endpoint)
                : Optional.empty();
        if (loss.isPresent()) {
            release.forgetLost(now.get(), steps);
            return Findings.forgotten(
                    found, "its endpoint is gone, its device is nowhere on this machine, and " + loss.get());
        }
        return Findings.ended(found, ": " + result.detail(), result.undone() ? Outcome.DONE : Outcome.FAILED)
                .with(result.remains());
    }

    /** Whether a DEL came before this round: a description alone never takes an ENI from an endpoint that may be alive. */
    private static boolean wasDeleted(Kind kind) {
        return kind == Kind.QUARANTINED || kind == Kind.INTERRUPTED_DEL;
    }

    /** A program that moved the device of an assignment without a sandbox gets some time to bring it back. */
    private Reach reach(Assignment assignment) {
        if (assignment.sandbox().isPresent()) {
            return Reach.ANYWHERE;
        }
        Instant now = clock.instant();
        Instant since = overdueSince.computeIfAbsent(assignment.endpoint(), key -> now);
        return Duration.between(since, now).compareTo(patience) >= 0 ? Reach.ANYWHERE : Reach.HOST;
    }
}
