// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.InvalidRequestException;
import io.enim.SandboxPool;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.ledger.UnreadableAssignment;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.UnreadableRelease;
import io.enim.core.internal.step.StepRunner;
import io.enim.core.internal.step.TimelineRecorder;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes the operations ADD, DEL and CHECK of an endpoint: each runs in the order of its endpoint's operations and is bounded by
 * a deadline that begins now. Safe for concurrent use.
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
    private static final SafeLogger LOG = SafeLogger.of("io.enim.operations");

    /** An ADD of the application. */
    Operation<Assignment> add(AddRequest request) {
        Duration timeout = request.timeout().orElseGet(() -> settings.duration(EniSetting.ADD_TIMEOUT));
        return add(request, executor.deadline(timeout), running -> {
            if (request.endpoint().namespace().equals(SandboxPool.NAMESPACE)) {
                throw new InvalidRequestException(
                        "endpoint namespace",
                        SandboxPool.NAMESPACE,
                        "its endpoints are made by the manager; take one from EniManager.sandboxes()");
            }
        });
    }

    /** An ADD that does something first, and again each time it goes on after it has waited for an ENI. */
    Operation<Assignment> add(AddRequest request, Deadline deadline, Consumer<EndpointTask<?>> first) {
        EndpointTask<Assignment> adding = new EndpointTask<>("ADD", request.endpoint(), deadline, running -> {
            first.accept(running);
            return add.run(request, running, timelines.steps(running));
        });
        return operation(adding, added -> added.eni().id() + " " + added.eni().mac());
    }

    Operation<String> del(Endpoint endpoint) {
        return operation(
                new EndpointTask<>("DEL", endpoint, deadline(EniSetting.DEL_TIMEOUT), this::release),
                Function.identity(),
                earlier -> earlier.name().equals("ADD"));
    }

    /** A record that cannot be read is of the endpoint and of its placeholder: it ends in the order of the latter's operations. */
    String release(EndpointTask<?> task) {
        Optional<UnreadableAssignment> lost = ledger.unreadable(task.endpoint());
        if (lost.isPresent() && !task.endpoint().equals(lost.get().placeholder())) {
            return executor.run(new EndpointTask<>("DEL", lost.get().placeholder(), task.deadline(), this::release));
        }
        StepRunner steps = timelines.steps(task);
        Duration timeout = task.deadline().timeout();
        if (lost.isPresent()) {
            return outcome(lost.get().file(), unreadable.run(lost.get(), steps, timeout));
        }
        Optional<Assignment> held = ledger.get(task.endpoint());
        return held.isEmpty() ? "" : outcome(held.get().eni().id(), release.run(held.get(), steps, timeout));
    }

    private static String outcome(String held, ReleaseOperation.Result result) {
        return held + (result.freed() ? " freed: " : " quarantined: ") + result.detail();
    }

    Operation<CheckReport> check(Endpoint endpoint) {
        return operation(
                new EndpointTask<>(
                        "CHECK",
                        endpoint,
                        deadline(EniSetting.ADD_TIMEOUT),
                        running -> check.run(endpoint, running.deadline().remaining())),
                report -> report.differences().toString());
    }

    <T> Operation<T> operation(EndpointTask<T> task, Function<T, String> detail) {
        return operation(task, detail, earlier -> false);
    }

    private <T> Operation<T> operation(
            EndpointTask<T> task, Function<T, String> detail, Predicate<EndpointTask<?>> superseded) {
        return new Operation<>(task, detail, superseded, executor, timelines, metrics, System.nanoTime());
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

    Deadline deadline(EniSetting timeout) {
        return executor.deadline(settings.duration(timeout));
    }
}
