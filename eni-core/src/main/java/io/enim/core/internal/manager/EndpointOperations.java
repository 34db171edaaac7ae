// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.ledger.UnreadableAssignment;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.UnreadableRelease;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ADD, DEL and CHECK of an endpoint: each runs in the order of its endpoint's operations, is logged and measured, and is
 * bounded by a deadline. Safe for concurrent use; a call blocks until its operation ends or the deadline is over.
 */
record EndpointOperations(
        EniSettings settings,
        Ledger ledger,
        PerEndpointExecutor executor,
        TimelineRecorder timelines,
        EniMetrics metrics,
        AddOperation add,
        ReleaseOperation release,
        UnreadableRelease unreadable,
        CheckOperation check) {
    private static final Logger LOG = LoggerFactory.getLogger("io.enim.operations");

    Assignment add(AddRequest request) {
        Endpoint endpoint = request.endpoint();
        Deadline deadline =
                executor.deadline(request.timeout().orElseGet(() -> settings.duration(EniSetting.ADD_TIMEOUT)));
        EndpointTask<Assignment> task = new EndpointTask<>(
                "ADD", endpoint, deadline, running -> add.run(request, running, timelines.steps(running)));
        return observe(task, added -> added.eni().id() + " " + added.eni().mac(), () -> executor.run(task));
    }

    void del(Endpoint deleted) {
        Endpoint endpoint = ledger.unreadable(deleted)
                .map(UnreadableAssignment::placeholder)
                .orElse(deleted);
        Deadline deadline = deadline(EniSetting.DEL_TIMEOUT);
        EndpointTask<String> task = new EndpointTask<>("DEL", endpoint, deadline, running -> release(running));
        observe(task, Function.identity(), () -> {
            executor.submitSuperseding(task, earlier -> earlier.name().equals("ADD"));
            return task.await();
        });
    }

    private String release(EndpointTask<?> task) {
        StepRunner steps = timelines.steps(task);
        Duration timeout = task.deadline().timeout();
        Optional<UnreadableAssignment> lost = ledger.unreadable(task.endpoint());
        if (lost.isPresent()) {
            return outcome(lost.get().file(), unreadable.run(lost.get(), steps, timeout));
        }
        Optional<Assignment> held = ledger.get(task.endpoint());
        return held.isEmpty()
                ? "held nothing"
                : outcome(held.get().eni().id(), release.run(held.get(), steps, timeout));
    }

    private static String outcome(String held, ReleaseOperation.Result result) {
        return held + (result.freed() ? " freed: " : " quarantined: ") + result.detail();
    }

    CheckReport check(Endpoint endpoint) {
        Deadline deadline = deadline(EniSetting.ADD_TIMEOUT);
        EndpointTask<CheckReport> task =
                new EndpointTask<>("CHECK", endpoint, deadline, running -> check.run(endpoint, deadline.remaining()));
        return observe(task, report -> report.differences().toString(), () -> executor.run(task));
    }

    /** The endpoints with an operation that runs or waits. */
    Set<Endpoint> busyEndpoints() {
        return executor.busy();
    }

    /** Refuses new operations, and waits for running ones as long as {@code enim.close.timeout} says; then ends their calls. */
    void close() {
        if (executor.close(deadline(EniSetting.CLOSE_TIMEOUT))) {
            LOG.info("closed; all operations had ended");
        } else {
            LOG.warn("closed with {} operations still running; the next manager finishes them", executor.inFlight());
        }
    }

    private Deadline deadline(EniSetting timeout) {
        return executor.deadline(settings.duration(timeout));
    }

    /** Writes one log line and one measurement of the operation, whether it succeeds or fails. */
    private <T> T observe(EndpointTask<T> task, Function<T, String> detail, Supplier<T> work) {
        long began = System.nanoTime();
        try {
            T result = work.get();
            long millis = measure(task.name(), "ok", began);
            LOG.info("{} ok in {} ms: {}", task, millis, detail.apply(result));
            return result;
        } catch (EniException e) {
            long millis = measure(task.name(), e.getClass().getSimpleName(), began);
            LOG.info("{} failed in {} ms: {}", task, millis, e.getMessage());
            throw e;
        }
    }

    private long measure(String operation, String outcome, long began) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        metrics.operation(operation, outcome, took);
        return took.toMillis();
    }
}
