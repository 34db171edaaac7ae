package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.core.internal.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Gathers what is wrong from those who know. Safe for concurrent use; does not block. */
public final class HealthAggregator {
    /**
     * What one source has to say.
     *
     * @param status how bad it is
     * @param reason what it is
     */
    public record Problem(Status status, String reason) {}

    private final Ledger ledger;
    private final List<Supplier<List<Problem>>> sources;
    private volatile boolean closing;

    public HealthAggregator(Ledger ledger, List<Supplier<List<Problem>>> sources) {
        this.ledger = ledger;
        this.sources = List.copyOf(sources);
    }

    void closing() {
        closing = true;
    }

    Health read() {
        List<Problem> complaints = new ArrayList<>();
        if (closing) {
            complaints.add(new Problem(Status.UNAVAILABLE, "the manager is closing"));
        }
        ledger.notes().forEach(note -> complaints.add(new Problem(Status.DEGRADED, note)));
        ledger.failure().ifPresent(failure -> complaints.add(new Problem(Status.UNAVAILABLE, failure)));
        for (Assignment assignment : ledger.all()) {
            if (assignment.phase() == Phase.QUARANTINED) {
                complaints.add(new Problem(
                        Status.DEGRADED,
                        assignment.eni().id() + " is quarantined with " + assignment.endpoint() + ": "
                                + assignment.reason()));
            }
        }
        sources.forEach(source -> complaints.addAll(source.get()));
        Status worst =
                complaints.stream().map(Problem::status).max(Status::compareTo).orElse(Status.HEALTHY);
        return new Health(worst, complaints.stream().map(Problem::reason).toList());
    }
}
