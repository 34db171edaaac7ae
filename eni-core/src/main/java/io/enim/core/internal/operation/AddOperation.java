package io.enim.core.internal.operation;

import static io.enim.DeviceException.Kind.DIRTY;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One ADD, on its worker: claim, find, record, move, configure, record. Every error after the claim is undone by
 * {@link ReleaseOperation}, under a deadline of its own; the first error is what the caller sees.
 */
public final class AddOperation {
    /** What an ENI is not handed back for: the next one who gets it would meet the same. */
    private static final Set<DeviceException.Kind> UNFIT = EnumSet.of(DeviceException.Kind.NOT_FOUND, DIRTY);

    private final AddDependencies dependencies;
    private final AddRequest request;
    private final EndpointTask<Assignment> task;
    private final StepRunner.Listener listener;

    public AddOperation(
            AddDependencies tools,
            AddRequest request,
            EndpointTask<Assignment> operation,
            StepRunner.Listener listener) {
        this.dependencies = tools;
        this.request = request;
        this.task = operation;
        this.listener = listener;
    }

    public Assignment run() {
        Optional<Netns> netns = request.netns().map(dependencies.devices()::open);
        try {
            Optional<Assignment> known = dependencies.ledger().get(request.endpoint());
            return known.isPresent() ? resume(known.get(), netns) : claimAndConnect(netns);
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    private Assignment claimAndConnect(Optional<Netns> netns) {
        task.checkpoint();
        Eni eni = dependencies.steps().call(Step.ADD_CLAIM, listener, this::claim);
        Assignment claimed = new Assignment(
                request.endpoint(),
                eni.heldBy(request.endpoint()),
                Phase.ADDING,
                netns.map(AddOperation::sandbox),
                Optional.empty(),
                request.routes(),
                request.labels(),
                dependencies.clock().instant(),
                "");
        return connectOrRollBack(claimed, netns);
    }

    private Assignment resume(Assignment known, Optional<Netns> netns) {
        return switch (known.phase()) {
            case ADDED -> repair(known, netns);
            // Killed or failed before it was answered: nobody uses the link, so it starts over with the same ENI.
            case ADDING -> connectOrRollBack(returnToHost(known), netns, "the interrupted ADD");
            case DELETING, QUARANTINED -> {
                finishPreviousRelease(known);
                yield claimAndConnect(netns);
            }
        };
    }

    private Assignment repair(Assignment known, Optional<Netns> netns) {
        if (netns.isEmpty()) {
            return deliver(known);
        }
        if (known.sandbox().isEmpty()) {
            return connectOrRollBack(known.in(Phase.ADDING, ""), netns, "the assignment without a sandbox");
        }
        if (!known.sandbox().get().id().isSame(netns.get().id())) {
            return rejectOtherNamespace(known, netns.get());
        }
        LinkConfig plan = LinkConfigs.of(known);
        List<CheckReport.Difference> differences = dependencies
                .devices()
                .inspect(known.eni().mac(), netns.get(), plan, task.deadline().remaining());
        if (differences.isEmpty()) {
            return deliver(known);
        }
        Optional<Device> device = dependencies.devices().find(known.eni().mac(), netns.get(), remaining());
        if (device.isEmpty()) {
            return connectOrRollBack(returnToHost(known), netns, "the device was gone from its sandbox");
        }
        dependencies
                .steps()
                .run(
                        Step.ADD_CONFIGURE,
                        listener,
                        () -> dependencies.devices().configure(device.get(), netns.get(), plan, remaining()));
        return deliver(known);
    }

    private Assignment rejectOtherNamespace(Assignment known, Netns netns) {
        Optional<Netns> old = ReleaseOperation.openSandbox(dependencies.devices(), known);
        if (old.isPresent()) {
            old.get().close();
            throw new InvalidRequestException(
                    "netns",
                    netns.path().toString(),
                    known.endpoint() + " holds " + known.eni().id() + " in "
                            + known.sandbox().get().path() + ", which still lives; DEL it first");
        }
        finishPreviousRelease(known);
        return claimAndConnect(Optional.of(netns));
    }

    /** Finishes an earlier end of this endpoint, so that it can begin anew. */
    private void finishPreviousRelease(Assignment known) {
        ReleaseOperation.Result result = dependencies.release().run(known, listener, dependencies.undoTimeout());
        if (!result.freed()) {
            throw new DeviceException(
                    DIRTY,
                    "add " + known.endpoint() + ": finish its earlier end with",
                    known.eni().id() + " " + known.eni().mac(),
                    result.detail() + "; garbage collection keeps trying, use a new container id meanwhile");
        }
    }

    private Assignment returnToHost(Assignment known) {
        Optional<Netns> old = ReleaseOperation.openSandbox(dependencies.devices(), known);
        try {
            known.baseline()
                    .ifPresent(home -> dependencies.devices().returnToHost(home, old, dependencies.undoTimeout()));
        } finally {
            old.ifPresent(Netns::close);
        }
        return known.in(Phase.ADDING, "");
    }

    private Eni claim() {
        while (true) {
            long seen = dependencies.availability().version();
            try {
                return task.interruptibly(() -> dependencies.provider().allocateNextEni(request.endpoint()));
            } catch (NoEniAvailableException e) {
                if (request.whenEmpty() == WhenEmpty.FAIL) {
                    throw e;
                }
                awaitFreeEni(seen, e);
            }
        }
    }

    private void awaitFreeEni(long seen, NoEniAvailableException none) {
        Duration left = margin(task.deadline().remaining());
        if (left.isZero()) {
            throw none;
        }
        Duration wait = left.compareTo(none.retryAfter()) < 0 ? left : none.retryAfter();
        task.interruptibly(() -> {
            try {
                dependencies.availability().awaitChange(seen, wait);
                return true;
            } catch (InterruptedException e) {
                // Cancelled: the next checkpoint says why.
                Thread.currentThread().interrupt();
                return false;
            }
        });
        task.checkpoint();
    }

    private Assignment connectOrRollBack(Assignment assignment, Optional<Netns> netns, String why) {
        Assignment afresh = new Assignment(
                assignment.endpoint(),
                assignment.eni(),
                Phase.ADDING,
                netns.map(AddOperation::sandbox),
                Optional.empty(),
                request.routes(),
                assignment.labels(),
                assignment.since(),
                why);
        return connectOrRollBack(afresh.withLabels(request.labels()), netns);
    }

    private Assignment connectOrRollBack(Assignment assignment, Optional<Netns> netns) {
        Assignment done;
        try {
            done = connect(assignment, netns);
        } catch (RuntimeException e) {
            rollBack(assignment, e);
            throw e;
        }
        if (!task.deliver(done)) {
            ReleaseOperation.Result result = dependencies.release().run(done, listener, dependencies.undoTimeout());
            task.checkpoint();
            throw new IllegalStateException("an answer is refused only when cancelled; undone: " + result.detail());
        }
        return done;
    }

    private Assignment deliver(Assignment known) {
        Assignment labelled = known.withLabels(request.labels());
        if (!labelled.equals(known)) {
            dependencies
                    .steps()
                    .run(
                            Step.ADD_RECORD_DONE,
                            listener,
                            () -> dependencies.ledger().put(labelled));
        }
        task.deliver(labelled);
        return labelled;
    }

    private Assignment connect(Assignment claimed, Optional<Netns> netns) {
        LinkConfig plan = LinkConfigs.of(claimed);
        task.checkpoint();
        Optional<DeviceBaseline> away = netns.isEmpty() ? movedExternally(claimed) : Optional.empty();
        if (away.isPresent()) {
            return markConnected(claimed.withBaseline(away.get()));
        }
        Device device = dependencies.steps().call(Step.ADD_FIND_DEVICE, listener, () -> findClean(claimed));
        Assignment assignment = claimed.withBaseline(dependencies.baselines().record(device, listener));
        task.checkpoint();
        dependencies
                .steps()
                .run(
                        Step.ADD_RECORD_INTENT,
                        listener,
                        () -> dependencies.ledger().put(assignment));
        if (netns.isPresent()) {
            task.checkpoint();
            Device inside = dependencies
                    .steps()
                    .call(
                            Step.ADD_MOVE_IN,
                            listener,
                            () -> dependencies.devices().moveIn(device, netns.get(), plan, remaining()));
            task.checkpoint();
            dependencies
                    .steps()
                    .run(
                            Step.ADD_CONFIGURE,
                            listener,
                            () -> dependencies.devices().configure(inside, netns.get(), plan, remaining()));
        }
        return markConnected(assignment);
    }

    private Assignment markConnected(Assignment assignment) {
        task.checkpoint();
        Assignment done = assignment.in(Phase.ADDED, "");
        dependencies
                .steps()
                .run(Step.ADD_RECORD_DONE, listener, () -> dependencies.ledger().put(done));
        return done;
    }

    /**
     * How the device was at home, if it was there and is not any more. Without a namespace it is another's to move, who
     * may move it first and ask for the assignment then, as the CNI's host-device plugin does.
     */
    private Optional<DeviceBaseline> movedExternally(Assignment claimed) {
        return dependencies
                .baselines()
                .of(claimed.eni().mac())
                .filter(home -> dependencies
                        .devices()
                        .find(claimed.eni().mac(), remaining())
                        .isEmpty());
    }

    /** A device that somebody at home was at since it was verified is put right first; any name is right for a move. */
    private Device findClean(Assignment claimed) {
        Device device = find(claimed);
        DeviceBaseline home = dependencies.baselines().expected(device);
        List<String> differences = home.at(device.name(), device.ifindex()).differences(device);
        if (differences.isEmpty()) {
            return device;
        }
        ReturnReport mended;
        try {
            mended = dependencies.devices().restoreOnHost(home, remaining());
        } catch (DeviceException e) {
            throw dirty(claimed, device, differences + ", and that could not be mended: " + e.getMessage(), e);
        }
        if (!mended.isVerified()) {
            throw dirty(claimed, device, differences + ", of which remains " + mended.unresolved(), null);
        }
        return find(claimed);
    }

    private static DeviceException dirty(
            Assignment claimed, Device device, String how, @Nullable DeviceException cause) {
        return new DeviceException(
                DIRTY,
                "add " + claimed.endpoint() + ": make clean",
                device.name() + " " + device.identity(),
                "",
                "at home " + how + "; find out who changes it. The ENI is kept from others until it is clean",
                cause);
    }

    private Device find(Assignment claimed) {
        Duration wait = margin(task.deadline().remainingUpTo(dependencies.deviceTimeout()));
        return dependencies
                .devices()
                .find(claimed.eni().mac(), wait)
                .orElseGet(() -> task.interruptibly(
                        () -> dependencies.devices().awaitOnHost(claimed.eni().mac(), wait)));
    }

    private void rollBack(Assignment claimed, RuntimeException why) {
        Endpoint endpoint = claimed.endpoint();
        boolean unfit = why instanceof DeviceException e && UNFIT.contains(e.kind());
        try {
            Optional<Assignment> recorded = dependencies.ledger().get(endpoint);
            if (recorded.isEmpty() && !unfit) {
                // Nothing was recorded, so nothing was moved.
                dependencies
                        .steps()
                        .run(
                                Step.DEL_RELEASE,
                                listener,
                                () -> dependencies.provider().deallocateEni(endpoint));
                return;
            }
            ReleaseOperation.Result result =
                    dependencies.release().run(recorded.orElse(claimed), listener, dependencies.undoTimeout());
            if (!result.freed()) {
                why.addSuppressed(new DeviceException(
                        DIRTY,
                        "undo the ADD of",
                        endpoint + ", " + claimed.eni().id(),
                        "quarantined: " + result.detail()));
            }
        } catch (EniException e) {
            why.addSuppressed(e);
        }
    }

    private Duration remaining() {
        return task.deadline().remaining();
    }

    /** Leaves a tenth of the time, a second at most, to say what was waited for in vain. */
    private static Duration margin(Duration left) {
        Duration tenth = left.dividedBy(10);
        return left.minus(tenth.compareTo(Duration.ofSeconds(1)) < 0 ? tenth : Duration.ofSeconds(1));
    }

    private static Sandbox sandbox(Netns netns) {
        return new Sandbox(netns.path(), netns.id());
    }
}
