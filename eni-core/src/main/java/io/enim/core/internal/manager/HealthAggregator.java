package io.enim.core.internal.manager;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects the problems of all parts. Safe for concurrent use; does not block. */
final class HealthAggregator {
    private final Ledger ledger;
    private final DeviceBaselines baselines;
    private final List<Supplier<List<String>>> sources;
    private volatile boolean closing;

    /** The sources tell what needs attention while endpoints can be served. */
    HealthAggregator(Ledger ledger, DeviceBaselines baselines, List<Supplier<List<String>>> sources) {
        this.ledger = ledger;
        this.baselines = baselines;
        this.sources = List.copyOf(sources);
    }

    void closing() {
        closing = true;
    }

    Health read() {
        List<String> reasons = new ArrayList<>();
        if (closing) {
            reasons.add("the manager is closing");
        }
        ledger.failure().ifPresent(reasons::add);
        baselines.failure().ifPresent(reasons::add);
        Status worst = reasons.isEmpty() ? Status.DEGRADED : Status.UNAVAILABLE;
        reasons.addAll(ledger.notes());
        reasons.addAll(baselines.notes());
        for (Assignment assignment : ledger.all()) {
            if (assignment.phase() == Phase.QUARANTINED) {
                reasons.add(assignment.eni().id() + " is quarantined with " + assignment.endpoint() + ": "
                        + assignment.reason());
            }
        }
        sources.forEach(source -> reasons.addAll(source.get()));
        return reasons.isEmpty() ? Health.healthy() : new Health(worst, reasons);
    }
}
