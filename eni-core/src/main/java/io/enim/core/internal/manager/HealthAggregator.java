package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.core.internal.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects the problems of all parts. Safe for concurrent use; does not block. */
final class HealthAggregator {
    /**
     * One problem.
     *
     * @param status the status it leads to
     * @param reason what is wrong
     */
    record Problem(Status status, String reason) {}

    private final Ledger ledger;
    private final List<Supplier<List<Problem>>> sources;
    private volatile boolean closing;

    HealthAggregator(Ledger ledger, List<Supplier<List<Problem>>> sources) {
        this.ledger = ledger;
        this.sources = List.copyOf(sources);
    }

    void closing() {
        closing = true;
    }

    Health read() {
        List<Problem> problems = new ArrayList<>();
        if (closing) {
            problems.add(new Problem(Status.UNAVAILABLE, "the manager is closing"));
        }
        ledger.notes().forEach(note -> problems.add(new Problem(Status.DEGRADED, note)));
        ledger.failure().ifPresent(failure -> problems.add(new Problem(Status.UNAVAILABLE, failure)));
        for (Assignment assignment : ledger.all()) {
            if (assignment.phase() == Phase.QUARANTINED) {
                problems.add(new Problem(
                        Status.DEGRADED,
                        assignment.eni().id() + " is quarantined with " + assignment.endpoint() + ": "
                                + assignment.reason()));
            }
        }
        sources.forEach(source -> problems.addAll(source.get()));
        Status worst =
                problems.stream().map(Problem::status).max(Status::compareTo).orElse(Status.HEALTHY);
        return new Health(worst, problems.stream().map(Problem::reason).toList());
    }
}
