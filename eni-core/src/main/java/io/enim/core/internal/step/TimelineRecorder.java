// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.step;

import io.enim.Endpoint;
import io.enim.OperationReport;
import io.enim.TimelineEntry;
import io.enim.core.internal.exec.EndpointTask;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The latest steps of the latest endpoints; both bounded. Safe for concurrent use. */
public final class TimelineRecorder {
    private static final int ENDPOINTS = 2048;
    private static final int ENTRIES = 64;

    private final InstantSource clock;
    private final StepRunner steps;
    private volatile Function<Endpoint, Optional<TimelineEntry>> underWay = endpoint -> Optional.empty();
    private final Map<Endpoint, ArrayDeque<TimelineEntry>> timelines =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Endpoint, ArrayDeque<TimelineEntry>> eldest) {
                    return size() > ENDPOINTS;
                }
            });

    public TimelineRecorder(InstantSource clock, StepRunner steps) {
        this.clock = clock;
        this.steps = steps;
    }

    /** A runner of this task's steps, which records them in the timeline of its endpoint. */
    public StepRunner steps(EndpointTask<?> task) {
        return steps.with(new StepRunner.Listener() {
            @Override
            public void begins(Step step) {
                task.beginStep(step.name());
            }

            @Override
            public void ended(Step step, String outcome, Duration took) {
                task.endStep();
                Optional<String> error = outcome.equals("ok") ? Optional.empty() : Optional.of(outcome);
                add(task, new TimelineEntry(clock.instant().minus(took), task.name(), step.name(), took, error));
            }
        });
    }

    /** The task as a whole, whose caller has its answer now. */
    public OperationReport report(EndpointTask<?> task, String outcome, Duration took) {
        return new OperationReport(
                task.name(), task.endpoint(), clock.instant().minus(took), took, outcome, task.steps());
    }

    /** From now on this tells what an endpoint's operation does that no step has ended yet. */
    public void underWay(Function<Endpoint, Optional<TimelineEntry>> source) {
        underWay = source;
    }

    /** The endpoint has a timeline from now on, if only of what is under way. */
    public void touch(Endpoint endpoint) {
        timeline(endpoint);
    }

    private ArrayDeque<TimelineEntry> timeline(Endpoint endpoint) {
        return timelines.computeIfAbsent(endpoint, key -> new ArrayDeque<>());
    }

    /** Adds a step of the task, or what was no step. */
    public void add(EndpointTask<?> task, TimelineEntry entry) {
        task.note(entry);
        ArrayDeque<TimelineEntry> timeline = timeline(task.endpoint());
        synchronized (timeline) {
            if (timeline.size() == ENTRIES) {
                timeline.removeFirst();
            }
            timeline.addLast(entry);
        }
    }

    /** The latest steps of the endpoint of this name that had the latest step, oldest first; at last what is under way. */
    public List<TimelineEntry> ofLatest(Endpoint named) {
        List<Endpoint> endpoints;
        synchronized (timelines) {
            // In the order of their latest access.
            endpoints = timelines.keySet().stream()
                    .filter(endpoint -> endpoint.isNamed(named.namespace(), named.name()))
                    .toList();
        }
        return endpoints.isEmpty() ? List.of() : of(endpoints.get(endpoints.size() - 1));
    }

    /** The latest steps of an endpoint, oldest first; at last what is under way. */
    public List<TimelineEntry> of(Endpoint endpoint) {
        ArrayDeque<TimelineEntry> timeline = timelines.get(endpoint);
        if (timeline == null) {
            return List.of();
        }
        List<TimelineEntry> latest;
        synchronized (timeline) {
            latest = new ArrayList<>(timeline);
        }
        underWay.apply(endpoint).ifPresent(latest::add);
        return List.copyOf(latest);
    }
}
