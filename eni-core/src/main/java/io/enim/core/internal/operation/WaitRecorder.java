// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.TimelineEntry;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.operation.AvailabilitySignal.Waiting;
import io.enim.core.internal.step.TimelineRecorder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Shows that ADDs wait for an ENI: one line in the log for each, its place in the timeline while it waits and the whole wait
 * after that, and two measurements. A wait has no effect outside the process, so it is no step with a fail point. Safe for
 * concurrent use.
 */
public record WaitRecorder(
        AvailabilitySignal availability, TimelineRecorder timelines, EniMetrics metrics, InstantSource clock)
        implements AvailabilitySignal.Observer {
    private static final SafeLogger LOG = SafeLogger.of("io.enim.operations");
    private static final String STEP = "ADD_WAIT";

    /** Begins to record. */
    public void start() {
        availability.observe(this);
        timelines.underWay(this::underWay);
    }

    @Override
    public void began(EndpointTask<?> task, Waiting place, String why, int waiting) {
        LOG.info("{} waits for an ENI, {}: {}", task, place, why);
        timelines.touch(task.endpoint());
        metrics.waiting(waiting);
    }

    @Override
    public void ended(EndpointTask<?> task, String outcome, Duration took, int left) {
        metrics.waiting(left);
        metrics.step(STEP, outcome, took);
        Optional<String> error = outcome.equals("ok") ? Optional.empty() : Optional.of(outcome);
        timelines.add(task, new TimelineEntry(ago(took), task.name(), STEP, took, error));
    }

    private Optional<TimelineEntry> underWay(Endpoint endpoint) {
        return availability
                .waiting(endpoint)
                .map(place -> new TimelineEntry(
                        ago(place.since()), "ADD", STEP + ", " + place, place.since(), Optional.empty()));
    }

    private Instant ago(Duration past) {
        return clock.instant().minus(past);
    }
}
