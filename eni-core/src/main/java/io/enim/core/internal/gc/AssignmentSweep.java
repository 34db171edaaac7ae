package io.enim.core.internal.gc;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.gc.GarbageCollector.Dependencies;
import io.enim.core.internal.operation.DeviceLookup;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.ReleaseOperation.End;
import io.enim.core.internal.operation.ReleaseOperation.Reach;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Ends assignments that are dead, interrupted or in quarantine. */
final class AssignmentSweep {
    private static final int AT_ONCE = 16;

    private final Dependencies dependencies;
    private final NamespaceLiveness namespaces = new NamespaceLiveness();
    private final LivenessArbiter arbiter;
    private volatile List<String> doubts = List.of();
    /** Since when an assignment without a sandbox should have ended, and its device should have been brought back. */
    private final ConcurrentHashMap<Endpoint, Instant> owedSince = new ConcurrentHashMap<>();

    AssignmentSweep(Dependencies tools) {
        this.dependencies = tools;
        this.arbiter =
                new LivenessArbiter(namespaces, tools.sources(), this::isOnHost, tools.patience(), tools.clock());
    }

    private record Suspect(Assignment assignment, Kind kind, String evidence) {}

    List<Finding> run(GcRequest request, Instant asOf) {
        namespaces.refresh();
        List<Finding> findings = new ArrayList<>();
        List<Suspect> suspects = new ArrayList<>();
        for (Assignment assignment : dependencies.ledger().all()) {
            if (!dependencies.executor().isBusy(assignment.endpoint())) {
                examine(assignment, request, asOf, findings).ifPresent(suspects::add);
            }
        }
        Predicate<Endpoint> isOver =
                endpoint -> dependencies.ledger().get(endpoint).isEmpty();
        arbiter.forget(isOver);
        owedSince.keySet().removeIf(isOver);
        if (request.valid().isEmpty()) {
            // A caller's list that is older than an endpoint says nothing lasting about it.
            doubts = findings.stream().map(Finding::toString).toList();
        }
        for (int from = 0; from < suspects.size(); from += AT_ONCE) {
            findings.addAll(end(suspects.subList(from, Math.min(from + AT_ONCE, suspects.size())), request, asOf));
        }
        return findings;
    }

    /** Whose life could not be told when that was last looked at, and why. */
    List<String> doubts() {
        return doubts;
    }

    private Optional<Suspect> examine(Assignment assignment, GcRequest request, Instant asOf, List<Finding> uncertain) {
        return switch (assignment.phase()) {
            case ADDING ->
                Optional.of(new Suspect(
                        assignment,
                        Kind.INTERRUPTED_ADD,
                        "its ADD was begun at " + assignment.since() + " and nobody is at it"));
            case DELETING ->
                Optional.of(new Suspect(assignment, Kind.INTERRUPTED_DEL, "its DEL was begun and nobody is at it"));
            case QUARANTINED -> Optional.of(new Suspect(assignment, Kind.QUARANTINED, assignment.reason()));
            case ADDED -> {
                Verdict verdict = arbiter.assess(assignment, request, asOf);
                if (verdict.state() == State.UNKNOWN && isDoubtful(assignment, request)) {
                    uncertain.add(new Finding(
                            Kind.UNCERTAIN,
                            subject(assignment),
                            verdict.evidence(),
                            "leave it to its endpoint",
                            Outcome.SKIPPED));
                }
                yield verdict.state() == State.GONE
                        ? Optional.of(new Suspect(assignment, Kind.DEAD_ENDPOINT, verdict.evidence()))
                        : Optional.empty();
            }
        };
    }

    /** An assignment without a sandbox and without a source that could know is not doubtful, it is just unseen. */
    private boolean isDoubtful(Assignment assignment, GcRequest request) {
        return assignment.sandbox().isPresent()
                || !dependencies.sources().isEmpty()
                || request.valid().isPresent();
    }

    private List<Finding> end(List<Suspect> suspects, GcRequest request, Instant asOf) {
        String action = "bring the device home, verify, free the ENI";
        if (request.mode() == Mode.DRY_RUN) {
            return suspects.stream()
                    .map(suspect -> finding(suspect, suspect.evidence() + lossSuffix(suspect), action, Outcome.DRY_RUN))
                    .toList();
        }
        List<EndpointTask<Finding>> operations = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (Suspect suspect : suspects) {
            EndpointTask<Finding> endpointTask = new EndpointTask<>(
                    "GC",
                    suspect.assignment().endpoint(),
                    Deadline.after(dependencies.timeout()),
                    running -> endInTurn(suspect, request, asOf, action));
            try {
                dependencies.executor().submit(endpointTask);
                operations.add(endpointTask);
            } catch (EniException e) {
                findings.add(finding(suspect, suspect.evidence(), action + ": " + e.getMessage(), Outcome.FAILED));
            }
        }
        for (int i = 0; i < operations.size(); i++) {
            try {
                findings.add(operations.get(i).await());
            } catch (EniException e) {
                findings.add(finding(
                        suspects.get(i), suspects.get(i).evidence(), action + ": " + e.getMessage(), Outcome.FAILED));
            }
        }
        return findings;
    }

    private String lossSuffix(Suspect suspect) {
        try {
            return dependencies
                    .provider()
                    .lossEvidence(suspect.assignment().endpoint())
                    .map(loss -> "; " + loss)
                    .orElse("");
        } catch (EniException e) {
            return "; whether its ENI is lost is not known: " + e.getMessage();
        }
    }

    private Finding endInTurn(Suspect suspect, GcRequest request, Instant asOf, String action) {
        Endpoint endpoint = suspect.assignment().endpoint();
        Optional<Assignment> now = dependencies.ledger().get(endpoint);
        if (now.isEmpty() || !now.get().equals(suspect.assignment())) {
            return finding(suspect, "it changed since it was looked at", "leave it", Outcome.SKIPPED);
        }
        if (suspect.kind() == Kind.DEAD_ENDPOINT
                && arbiter.assess(now.get(), request, asOf).state() != State.GONE) {
            return finding(suspect, "it was found alive when looked at again", "leave it", Outcome.SKIPPED);
        }
        StepRunner.Listener listener = dependencies.timelines().listener("GC", endpoint);
        ReleaseOperation.Result result =
                dependencies.release().run(now.get(), listener, dependencies.timeout(), reach(now.get()));
        Optional<String> loss = isOver(suspect.kind()) && result.end() == End.KEPT_WITHOUT_DEVICE
                ? dependencies.provider().lossEvidence(endpoint)
                : Optional.empty();
        if (loss.isPresent()) {
            dependencies.release().forgetLost(now.get(), listener);
            return new Finding(
                    Kind.LOST_ENI,
                    subject(now.get()),
                    "its endpoint is gone, its device is nowhere on this machine, and " + loss.get(),
                    "forget it; nothing is asked of the cloud",
                    Outcome.DONE);
        }
        return finding(
                suspect,
                suspect.evidence(),
                action + ": " + result.detail(),
                result.freed() ? Outcome.DONE : Outcome.FAILED);
    }

    /** Whether the endpoint's end was asked for before this round; one that may live never loses its ENI to a description. */
    private static boolean isOver(Kind kind) {
        return kind == Kind.QUARANTINED || kind == Kind.INTERRUPTED_DEL;
    }

    /** Whoever moved the device of an assignment without a sandbox gets a while to bring it back. */
    private Reach reach(Assignment assignment) {
        if (assignment.sandbox().isPresent()) {
            return Reach.ANYWHERE;
        }
        Instant now = dependencies.clock().instant();
        Instant since = owedSince.computeIfAbsent(assignment.endpoint(), key -> now);
        return Duration.between(since, now).compareTo(dependencies.patience()) >= 0 ? Reach.ANYWHERE : Reach.HOST;
    }

    private static Finding finding(Suspect suspect, String evidence, String action, Outcome outcome) {
        return new Finding(suspect.kind(), subject(suspect.assignment()), evidence, action, outcome);
    }

    private static String subject(Assignment assignment) {
        return assignment.endpoint() + " with " + assignment.eni().id();
    }

    private boolean isOnHost(Assignment assignment) {
        try {
            return DeviceLookup.findOnHost(dependencies.devices(), assignment, dependencies.timeout())
                    .isPresent();
        } catch (EniException e) {
            // Not knowing is not being home.
            return false;
        }
    }
}
