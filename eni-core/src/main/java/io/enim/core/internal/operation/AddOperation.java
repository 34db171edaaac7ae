package io.enim.core.internal.life;

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
import io.enim.core.internal.lane.Operation;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.Steps;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One ADD, on its worker: claim, find, record, move, configure, record. Every error after the claim is undone by
 * {@link Release}, under a deadline of its own; the first error is what the caller sees.
 */
public final class AddOperation {
    /** What an ENI is not handed back for: the next one who gets it would meet the same. */
    private static final Set<DeviceException.Kind> UNFIT = EnumSet.of(DeviceException.Kind.NOT_FOUND, DIRTY);

    private final AddTools tools;
    private final AddRequest request;
    private final Operation<Assignment> operation;
    private final Steps.Listener listener;

    public AddOperation(AddTools tools, AddRequest request, Operation<Assignment> operation, Steps.Listener listener) {
        this.tools = tools;
        this.request = request;
        this.operation = operation;
        this.listener = listener;
    }

    public Assignment run() {
        Optional<Netns> netns = request.netns().map(tools.devices()::open);
        try {
            Optional<Assignment> known = tools.ledger().get(request.endpoint());
            return known.isPresent() ? goOn(known.get(), netns) : begin(netns);
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    private Assignment begin(Optional<Netns> netns) {
        operation.checkpoint();
        Eni eni = tools.steps().call(Step.ADD_CLAIM, listener, this::claim);
        Assignment claimed = new Assignment(
                request.endpoint(),
                eni.heldBy(request.endpoint()),
                Phase.ADDING,
                netns.map(AddOperation::sandbox),
                Optional.empty(),
                request.routes(),
                tools.clock().instant(),
                "");
        return placeOrUndo(claimed, netns);
    }

    private Assignment goOn(Assignment known, Optional<Netns> netns) {
        return switch (known.phase()) {
            case ADDED -> again(known, netns);
            // Killed or failed before it was answered: nobody uses the link, so it starts over with the same ENI.
            case ADDING -> placeOrUndo(sentHome(known), netns, "the interrupted ADD");
            case DELETING, QUARANTINED -> {
                endFirst(known);
                yield begin(netns);
            }
        };
    }

    private Assignment again(Assignment known, Optional<Netns> netns) {
        if (netns.isEmpty()) {
            return delivered(known);
        }
        if (known.sandbox().isEmpty()) {
            return placeOrUndo(known.in(Phase.ADDING, ""), netns, "the assignment without a sandbox");
        }
        if (!known.sandbox().get().id().isSame(netns.get().id())) {
            return elsewhere(known, netns.get());
        }
        LinkPlan plan = Plans.of(known);
        List<CheckReport.Difference> differences = tools.devices()
                .inspect(
                        known.eni().mac(),
                        netns.get(),
                        plan,
                        operation.deadline().remaining());
        if (differences.isEmpty()) {
            return delivered(known);
        }
        Optional<Device> device = tools.devices().find(known.eni().mac(), netns.get(), remaining());
        if (device.isEmpty()) {
            return placeOrUndo(sentHome(known), netns, "the device was gone from its sandbox");
        }
        tools.steps()
                .run(
                        Step.ADD_CONFIGURE,
                        listener,
                        () -> tools.devices().configure(device.get(), netns.get(), plan, remaining()));
        return delivered(known);
    }

    private Assignment elsewhere(Assignment known, Netns netns) {
        Optional<Netns> old = Release.openSandbox(tools.devices(), known);
        if (old.isPresent()) {
            old.get().close();
            throw new InvalidRequestException(
                    "netns",
                    netns.path().toString(),
                    known.endpoint() + " holds " + known.eni().id() + " in "
                            + known.sandbox().get().path() + ", which still lives; DEL it first");
        }
        endFirst(known);
        return begin(Optional.of(netns));
    }

    /** Finishes an earlier end of this endpoint, so that it can begin anew. */
    private void endFirst(Assignment known) {
        Release.Result result = tools.release().run(known, listener, tools.undoTimeout());
        if (!result.freed()) {
            throw new DeviceException(
                    DIRTY,
                    "add " + known.endpoint() + ": finish its earlier end with",
                    known.eni().id() + " " + known.eni().mac(),
                    result.detail() + "; garbage collection keeps trying, use a new container id meanwhile");
        }
    }

    private Assignment sentHome(Assignment known) {
        Optional<Netns> old = Release.openSandbox(tools.devices(), known);
        try {
            known.home().ifPresent(home -> tools.devices().bringHome(home, old, tools.undoTimeout()));
        } finally {
            old.ifPresent(Netns::close);
        }
        return known.in(Phase.ADDING, "");
    }

    private Eni claim() {
        while (true) {
            long seen = tools.availability().version();
            try {
                return operation.interruptibly(() -> tools.provider().allocateNextEni(request.endpoint()));
            } catch (NoEniAvailableException e) {
                if (request.whenEmpty() == WhenEmpty.FAIL) {
                    throw e;
                }
                awaitOne(seen, e);
            }
        }
    }

    private void awaitOne(long seen, NoEniAvailableException none) {
        Duration left = margin(operation.deadline().remaining());
        if (left.isZero()) {
            throw none;
        }
        Duration wait = left.compareTo(none.retryAfter()) < 0 ? left : none.retryAfter();
        operation.interruptibly(() -> {
            try {
                tools.availability().awaitChange(seen, wait);
                return true;
            } catch (InterruptedException e) {
                // Cancelled: the next checkpoint says why.
                Thread.currentThread().interrupt();
                return false;
            }
        });
        operation.checkpoint();
    }

    private Assignment placeOrUndo(Assignment assignment, Optional<Netns> netns, String why) {
        Assignment afresh = new Assignment(
                assignment.endpoint(),
                assignment.eni(),
                Phase.ADDING,
                netns.map(AddOperation::sandbox),
                Optional.empty(),
                request.routes(),
                assignment.since(),
                why);
        return placeOrUndo(afresh, netns);
    }

    private Assignment placeOrUndo(Assignment assignment, Optional<Netns> netns) {
        Assignment done;
        try {
            done = place(assignment, netns);
        } catch (RuntimeException e) {
            undo(assignment, e);
            throw e;
        }
        if (!operation.deliver(done)) {
            Release.Result result = tools.release().run(done, listener, tools.undoTimeout());
            operation.checkpoint();
            throw new IllegalStateException("an answer is refused only when cancelled; undone: " + result.detail());
        }
        return done;
    }

    private Assignment delivered(Assignment known) {
        operation.deliver(known);
        return known;
    }

    private Assignment place(Assignment claimed, Optional<Netns> netns) {
        LinkPlan plan = Plans.of(claimed);
        operation.checkpoint();
        Optional<HomeState> away = netns.isEmpty() ? movedByAnother(claimed) : Optional.empty();
        if (away.isPresent()) {
            return recorded(claimed.from(away.get()));
        }
        Device device = tools.steps().call(Step.ADD_FIND_DEVICE, listener, () -> findClean(claimed));
        Assignment assignment = claimed.from(tools.homes().record(device, listener));
        operation.checkpoint();
        tools.steps().run(Step.ADD_RECORD_INTENT, listener, () -> tools.ledger().put(assignment));
        if (netns.isPresent()) {
            operation.checkpoint();
            Device inside = tools.steps()
                    .call(
                            Step.ADD_MOVE_IN,
                            listener,
                            () -> tools.devices().moveIn(device, netns.get(), plan, remaining()));
            operation.checkpoint();
            tools.steps()
                    .run(
                            Step.ADD_CONFIGURE,
                            listener,
                            () -> tools.devices().configure(inside, netns.get(), plan, remaining()));
        }
        return recorded(assignment);
    }

    private Assignment recorded(Assignment assignment) {
        operation.checkpoint();
        Assignment done = assignment.in(Phase.ADDED, "");
        tools.steps().run(Step.ADD_RECORD_DONE, listener, () -> tools.ledger().put(done));
        return done;
    }

    /**
     * How the device was at home, if it was there and is not any more. Without a namespace it is another's to move, who
     * may move it first and ask for the assignment then, as the CNI's host-device plugin does.
     */
    private Optional<HomeState> movedByAnother(Assignment claimed) {
        return tools.homes()
                .of(claimed.eni().mac())
                .filter(home ->
                        tools.devices().find(claimed.eni().mac(), remaining()).isEmpty());
    }

    /** A device that somebody at home was at since it was verified is put right first; any name is right for a move. */
    private Device findClean(Assignment claimed) {
        Device device = find(claimed);
        HomeState home = tools.homes().expected(device);
        List<String> differences = home.at(device.name(), device.ifindex()).differences(device);
        if (differences.isEmpty()) {
            return device;
        }
        Homecoming mended;
        try {
            mended = tools.devices().cleanAtHome(home, remaining());
        } catch (DeviceException e) {
            throw dirty(claimed, device, differences + ", and that could not be mended: " + e.getMessage(), e);
        }
        if (!mended.isVerified()) {
            throw dirty(claimed, device, differences + ", of which remains " + mended.remaining(), null);
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
        Duration wait = margin(operation.deadline().remainingUpTo(tools.deviceTimeout()));
        return tools.devices()
                .find(claimed.eni().mac(), wait)
                .orElseGet(() -> operation.interruptibly(
                        () -> tools.devices().await(claimed.eni().mac(), wait)));
    }

    private void undo(Assignment claimed, RuntimeException why) {
        Endpoint endpoint = claimed.endpoint();
        boolean unfit = why instanceof DeviceException e && UNFIT.contains(e.kind());
        try {
            Optional<Assignment> recorded = tools.ledger().get(endpoint);
            if (recorded.isEmpty() && !unfit) {
                // Nothing was recorded, so nothing was moved.
                tools.steps()
                        .run(Step.DEL_RELEASE, listener, () -> tools.provider().deallocateEni(endpoint));
                return;
            }
            Release.Result result = tools.release().run(recorded.orElse(claimed), listener, tools.undoTimeout());
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
        return operation.deadline().remaining();
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
