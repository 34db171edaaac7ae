// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.EniMetrics;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcRequest;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.gc.Retries.Occasion;
import io.enim.core.internal.ledger.Ledger;
import io.enim.spi.DeviceEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs rounds, one after another: not to be called by two threads at once. What a round ends runs in the order of its
 * endpoint's operations, where it is assessed again: a change in between wins.
 *
 * @param orphans collects the orphans in the cloud
 */
public record GarbageCollector(
        AssignmentSweep assignments,
        UnreadableSweep unreadable,
        EniSweep enis,
        Retries retries,
        Function<Mode, List<Finding>> orphans,
        Ledger ledger,
        EniMetrics metrics,
        InstantSource clock) {
    /** Notes what the next round is to look at. Does not block. */
    void onEvent(DeviceEvent event) {
        retries.onEvent(event);
    }

    /** Examines the assignments only: the round after an event about devices or namespaces. */
    public GcReport assignmentsRound() {
        return round(Mode.ACT, () -> assignments(GcRequest.full(), Occasion.EVENT));
    }

    /** The endpoints whose liveness the last round without a caller's list could not determine, and why. Does not block. */
    List<String> doubts() {
        return assignments.doubts();
    }

    /** A caller's list is about the assignments that it names, or about those of now if it names none. */
    GcRequest asOfNow(GcRequest request) {
        return request.valid().isEmpty() || request.among().isPresent() ? request : request.among(ledger.all());
    }

    /** The round that runs by itself. */
    GcReport timerRound() {
        return fullRound(GcRequest.full(), Occasion.TIMER);
    }

    /** The round that a caller asks for. */
    public GcReport fullRound(GcRequest request) {
        return fullRound(request, Occasion.CALL);
    }

    private GcReport fullRound(GcRequest request, Occasion occasion) {
        return round(request.mode(), () -> {
            if (request.mode() == Mode.ACT) {
                ledger.tryAgain();
                enis.baselines().tryAgain();
            }
            List<Finding> findings = assignments(request, occasion);
            findings.addAll(enis.run(request.mode()));
            findings.addAll(orphans.apply(request.mode()));
            return findings;
        });
    }

    private List<Finding> assignments(GcRequest request, Occasion occasion) {
        retries.begin(occasion);
        List<Finding> findings = assignments.run(request, retries);
        findings.addAll(unreadable.run(request.mode(), retries));
        retries.end();
        return findings;
    }

    private GcReport round(Mode mode, Supplier<List<Finding>> work) {
        Instant started = clock.instant();
        long began = System.nanoTime();
        int examined = ledger.size();
        List<Finding> findings = work.get();
        findings.forEach(finding -> metrics.finding(finding.kind(), finding.outcome()));
        return new GcReport(started, Duration.ofNanos(System.nanoTime() - began), mode, findings, examined);
    }
}
