package io.enim.core.internal.gc;

import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcRequest;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.provider.EniProvider;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One round after another; not to be called by two threads at once. What it ends goes through the lane of its
 * endpoint, where it is judged again: what happened in between wins.
 */
public final class GarbageCollector {
    /** What the collector works with. */
    public record Dependencies(
            Ledger ledger,
            DeviceBaselines baselines,
            Supplier<List<Eni>> enis,
            EniProvider provider,
            NetworkDevices devices,
            PerEndpointExecutor executor,
            ReleaseOperation release,
            StepRunner steps,
            TimelineRecorder timelines,
            EniMetrics metrics,
            Clock clock,
            List<Liveness> sources,
            Function<Mode, List<Finding>> orphans,
            Duration timeout,
            Duration patience) {}

    private interface Work {
        List<Finding> run(Instant asOf);
    }

    private final Dependencies dependencies;
    private final AssignmentSweep assignments;
    private final EniSweep enis;

    public GarbageCollector(Dependencies tools) {
        this.dependencies = tools;
        this.assignments = new AssignmentSweep(tools);
        this.enis = new EniSweep(tools);
    }

    /** Looks at the assignments only: what an event about devices or namespaces asks for. */
    public GcReport assignmentsRound() {
        GcRequest request = GcRequest.full();
        return round(request, asOf -> assignments.run(request, asOf));
    }

    /** Whose life could not be told by the last round that found out by itself, and why. Does not block. */
    List<String> doubts() {
        return assignments.doubts();
    }

    /** The request with a moment: this one, unless it brings its own. */
    GcRequest asOfNow(GcRequest request) {
        return request.asOf().isPresent()
                ? request
                : request.asOf(dependencies.clock().instant());
    }

    /** Looks at everything. */
    public GcReport fullRound(GcRequest request) {
        return round(request, asOf -> {
            List<Finding> findings = assignments.run(request, asOf);
            findings.addAll(enis.run(request.mode()));
            findings.addAll(dependencies.orphans().apply(request.mode()));
            return findings;
        });
    }

    private GcReport round(GcRequest request, Work work) {
        Instant started = dependencies.clock().instant();
        long began = System.nanoTime();
        int examined = dependencies.ledger().size();
        List<Finding> findings = work.run(request.asOf().orElse(started));
        findings.forEach(finding -> dependencies.metrics().finding(finding.kind(), finding.outcome()));
        return new GcReport(started, Duration.ofNanos(System.nanoTime() - began), request.mode(), findings, examined);
    }
}
