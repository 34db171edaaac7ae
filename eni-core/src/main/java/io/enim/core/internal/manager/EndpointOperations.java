package io.enim.core.internal.manager;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.AddOperation;
import io.enim.core.internal.operation.CheckOperation;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.step.TimelineRecorder;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * ADD, DEL and CHECK of an endpoint: each runs in the order of its endpoint's operations, is logged and measured, and is
 * bounded by a deadline. Safe for concurrent use; a call blocks until its operation ends or the deadline is over.
 */
final class EndpointOperations {
    private final EniSettings settings;
    private final Ledger ledger;
    private final PerEndpointExecutor executor;
    private final TimelineRecorder timelines;
    private final OperationLog log;
    private final AddOperation add;
    private final ReleaseOperation release;
    private final CheckOperation check;

    EndpointOperations(
            EniSettings settings,
            Ledger ledger,
            PerEndpointExecutor executor,
            TimelineRecorder timelines,
            OperationLog log,
            AddOperation add,
            ReleaseOperation release,
            CheckOperation check) {
        this.settings = settings;
        this.ledger = ledger;
        this.executor = executor;
        this.timelines = timelines;
        this.log = log;
        this.add = add;
        this.release = release;
        this.check = check;
    }

    Assignment add(AddRequest request) {
        Endpoint endpoint = request.endpoint();
        Deadline deadline =
                Deadline.after(request.timeout().orElseGet(() -> settings.duration(EniSetting.ADD_TIMEOUT)));
        EndpointTask<Assignment> task = new EndpointTask<>(
                "ADD", endpoint, deadline, running -> add.run(request, running, timelines.steps("ADD", endpoint)));
        return log.observe("ADD", endpoint, OperationLog::eni, () -> executor.run(task));
    }

    void del(Endpoint endpoint) {
        Deadline deadline = deadline(EniSetting.DEL_TIMEOUT);
        EndpointTask<String> task =
                new EndpointTask<>("DEL", endpoint, deadline, running -> release(endpoint, deadline));
        log.observe(
                "DEL",
                endpoint,
                Function.identity(),
                () -> executor.runSuperseding(task, earlier -> earlier.name().equals("ADD")));
    }

    private String release(Endpoint endpoint, Deadline deadline) {
        Optional<Assignment> held = ledger.get(endpoint);
        if (held.isEmpty()) {
            return "held nothing";
        }
        ReleaseOperation.Result result = release.run(held.get(), timelines.steps("DEL", endpoint), deadline.timeout());
        return held.get().eni().id() + (result.freed() ? " freed: " : " quarantined: ") + result.detail();
    }

    CheckReport check(Endpoint endpoint) {
        Deadline deadline = deadline(EniSetting.ADD_TIMEOUT);
        EndpointTask<CheckReport> task =
                new EndpointTask<>("CHECK", endpoint, deadline, running -> check.run(endpoint, deadline.remaining()));
        return log.observe("CHECK", endpoint, report -> report.differences().toString(), () -> executor.run(task));
    }

    /** The endpoints with an operation that runs or waits. */
    Set<Endpoint> busyEndpoints() {
        return executor.busy();
    }

    TimelineRecorder timelines() {
        return timelines;
    }

    /** Refuses new operations, and waits for those that run as long as {@code enim.close.timeout} says. */
    void close() {
        boolean drained = executor.close(deadline(EniSetting.CLOSE_TIMEOUT));
        log.closed(drained, executor.inFlight());
    }

    private Deadline deadline(EniSetting timeout) {
        return Deadline.after(settings.duration(timeout));
    }
}
