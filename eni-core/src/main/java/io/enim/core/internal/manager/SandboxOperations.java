// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.CheckReport.Difference;
import io.enim.Endpoint;
import io.enim.EniSetting;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.SandboxPool;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.FirstError;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.NetworkDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What is done to sandboxes that the manager makes, each in the order of the sandbox's operations (P7), where its record decides.
 * Safe for concurrent use.
 */
record SandboxOperations(
        EndpointOperations operations,
        NetworkDevices devices,
        Ledger ledger,
        Disk disk,
        SandboxNames names,
        ReadySandboxes ready) {
    static final String UNRECORDED = "no endpoint has it";

    static SandboxOperations of(
            ManagerRuntime runtime, NodeRecords records, NetworkDevices devices, EndpointOperations onEndpoints) {
        Disk disk = runtime.platform().disk();
        return new SandboxOperations(
                onEndpoints,
                devices,
                records.ledger(),
                disk,
                new SandboxNames(runtime.settings(), runtime.execution(), disk),
                new ReadySandboxes(runtime.settings().count(EniSetting.SANDBOXES_READY), runtime.execution()));
    }

    static boolean isUntaken(Assignment sandbox) {
        return sandbox.phase() == Phase.ADDED && !sandbox.labels().containsKey(SandboxPool.KEY);
    }

    boolean isRecorded(Endpoint sandbox) {
        return ledger.get(sandbox).isPresent() || ledger.unreadable(sandbox).isPresent();
    }

    boolean isBusy(Endpoint sandbox) {
        return operations.executor().isBusy(sandbox);
    }

    Deadline deadline(EniSetting timeout) {
        return operations.deadline(timeout);
    }

    /** Makes the namespace and ADDs it. An error undoes the ADD; {@link #reconcile} removes the namespace. */
    Operation<Assignment> make(Endpoint sandbox, Map<String, String> labels, WhenEmpty whenEmpty, Deadline deadline) {
        Path path = names.path(sandbox);
        AddRequest request = AddRequest.forEndpoint(sandbox)
                .netns(path)
                .labels(labels)
                .whenEmpty(whenEmpty)
                .build();
        return operations.add(request, deadline, task -> {
            if (!disk.exists(path)) { // Else it has waited for an ENI, and goes on.
                steps(task).run(Step.SANDBOX_CREATE, () -> devices.createNamespace(path, remaining(task)));
            }
        });
    }

    /** The sandbox if it is the key's, or becomes so because it is ready; empty otherwise. */
    Optional<Assignment> handOut(Endpoint sandbox, String key, Deadline deadline) {
        EndpointTask<Optional<Assignment>> taking = new EndpointTask<>("TAKE", sandbox, deadline, task -> {
            ledger.settle(sandbox);
            Optional<Assignment> held = ledger.get(sandbox).filter(known -> known.phase() == Phase.ADDED);
            return held.filter(SandboxOperations::isUntaken).isPresent()
                    ? held.filter(this::isThere).map(untaken -> recordKey(untaken, key, task))
                    : held.filter(known -> key.equals(known.labels().get(SandboxPool.KEY)));
        });
        return operations
                .operation(taking, taken -> taken.isPresent() ? "for " + key : "it is not ready any more")
                .run();
    }

    private boolean isThere(Assignment untaken) {
        Sandbox sandbox = untaken.sandbox().orElseThrow();
        try {
            return disk.identity(sandbox.path()).isSame(sandbox.id());
        } catch (IOException e) {
            return false; // Garbage collection finds out why.
        }
    }

    /** A caller that left, or that gets an error, has not got it, so that no key has it again (P16). */
    private Assignment recordKey(Assignment untaken, String key, EndpointTask<Optional<Assignment>> task) {
        Assignment taken = untaken.withLabels(Map.of(SandboxPool.KEY, key));
        FirstError errors = new FirstError();
        errors.collect(() -> record(taken, task));
        if (!errors.isEmpty() || !task.deliver(Optional.of(taken))) {
            errors.collect(() -> record(untaken, task));
        }
        errors.rethrow();
        return taken;
    }

    private void record(Assignment assignment, EndpointTask<?> task) {
        steps(task).run(Step.SANDBOX_RECORD_KEY, () -> ledger.put(assignment));
    }

    /** DELs a sandbox and removes its namespace. Idempotent. */
    Operation<Optional<Finding>> end(Endpoint sandbox) {
        return operation(ending(sandbox, held -> Optional.of("it was given back")));
    }

    /**
     * Makes a sandbox that no key has what it ought to be: ready, if it is as it was set up and wanted; else it ends. One without
     * a record holds nothing: its namespace is removed. Does not block.
     */
    CompletableFuture<Optional<Finding>> reconcile(Endpoint sandbox) {
        return operation(reconciling(sandbox)).start();
    }

    /** As {@link #reconcile}, for a caller that waits and tells what had to be done. */
    Optional<Finding> reconcileNow(Endpoint sandbox) {
        return operations.executor().run(reconciling(sandbox));
    }

    private EndpointTask<Optional<Finding>> reconciling(Endpoint sandbox) {
        return ending(sandbox, held -> {
            if (held.isPresent()) {
                return held.filter(SandboxOperations::isUntaken).flatMap(this::fault);
            }
            return isRecorded(sandbox) ? Optional.empty() : Optional.of(UNRECORDED);
        });
    }

    /** Why a sandbox that no key has is to end; empty when it is ready. */
    private Optional<String> fault(Assignment untaken) {
        Endpoint sandbox = untaken.endpoint();
        Duration timeout = deadline(EniSetting.DEL_TIMEOUT).timeout();
        List<Difference> differences = operations.check().run(sandbox, timeout).differences();
        if (!differences.isEmpty()) {
            return Optional.of("it is not as it was set up: " + differences);
        }
        return ready.keep(sandbox) ? Optional.empty() : Optional.of("no more are wanted");
    }

    /** Ends a sandbox if there is a reason. What is not free after that keeps its namespace, where its device may be. */
    private EndpointTask<Optional<Finding>> ending(
            Endpoint sandbox, Function<Optional<Assignment>, Optional<String>> reason) {
        return new EndpointTask<>("DEL", sandbox, deadline(EniSetting.DEL_TIMEOUT), task -> {
            ledger.settle(sandbox);
            Optional<Assignment> held = ledger.get(sandbox);
            Optional<String> why = reason.apply(held);
            if (why.isEmpty()) {
                return Optional.empty();
            }
            ready.drop(sandbox);
            Finding found = orphan(sandbox, why.get());
            String released = operations.release(task);
            if (isRecorded(sandbox)) {
                return Optional.of(found.after(released, Outcome.FAILED));
            }
            held.flatMap(Assignment::sandbox)
                    .map(Sandbox::path)
                    .or(() -> Optional.of(sandbox).filter(names::isOwn).map(names::path))
                    .ifPresent(path ->
                            steps(task).run(Step.SANDBOX_REMOVE, () -> devices.removeNamespace(path, remaining(task))));
            return Optional.of(found.after(released + "; its namespace is removed", Outcome.DONE));
        });
    }

    static Finding orphan(Endpoint sandbox, String evidence) {
        return new Finding(Kind.SANDBOX_ORPHAN, sandbox.toString(), evidence, "remove its namespace", Outcome.DRY_RUN);
    }

    private Operation<Optional<Finding>> operation(EndpointTask<Optional<Finding>> ending) {
        return operations.operation(ending, found -> found.map(Finding::action).orElse("it stays"));
    }

    private StepRunner steps(EndpointTask<?> task) {
        return operations.timelines().steps(task);
    }

    private static Duration remaining(EndpointTask<?> task) {
        return task.deadline().remaining();
    }
}
