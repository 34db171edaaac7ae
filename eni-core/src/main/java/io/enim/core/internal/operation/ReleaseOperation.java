package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way an ENI becomes free: record, bring home, verify, forget, hand back. DEL, the undoing of an ADD and
 * garbage collection all go through here, in the lane of the endpoint.
 *
 * <p><b>Why the record goes before the ENI is handed back.</b> The moment the provider has it, another endpoint may
 * get it and record so. Were the old record still there, a crash would leave two records of one ENI, and finishing the
 * old DEL would take the device from its new owner (P1, P4). A crash between the two leaves an ENI that the provider
 * calls used and nobody owns, which garbage collection hands back; its device is home already (P2).
 *
 * <p>The one other end is {@link #forgetLost}: of an ENI that is lost, whose device cannot come home.
 */
public final class ReleaseOperation {
    /** How far a device is looked for. */
    public enum Reach {
        /** At home alone. */
        HOST,
        /** In its sandbox and, if need be, in every namespace. */
        ANYWHERE
    }

    /** What became of the ENI. */
    public enum End {
        /** The provider has it back. */
        FREED,
        /** It stays with the endpoint. */
        KEPT,
        /** It stays with the endpoint, whose sandbox is gone, and its device is in no place of this machine. */
        KEPT_WITHOUT_DEVICE
    }

    /**
     * How it ended.
     *
     * @param detail where the device was and what was mended; or why the ENI is kept
     */
    public record Result(End end, String detail) {
        /** Whether the provider has the ENI back. */
        public boolean freed() {
            return end == End.FREED;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseOperation.class);

    private final Ledger ledger;
    private final DeviceBaselines baselines;
    private final EniProvider provider;
    private final NetworkDevices devices;
    private final StepRunner stepRunner;
    private final AvailabilitySignal availabilitySignal;

    public ReleaseOperation(
            Ledger ledger,
            DeviceBaselines homes,
            EniProvider provider,
            NetworkDevices devices,
            StepRunner stepRunner,
            AvailabilitySignal availabilitySignal) {
        this.ledger = ledger;
        this.baselines = homes;
        this.provider = provider;
        this.devices = devices;
        this.stepRunner = stepRunner;
        this.availabilitySignal = availabilitySignal;
    }

    /**
     * Ends an assignment. Whatever cannot be verified stays with the endpoint, in quarantine. The device of an
     * assignment without a sandbox is looked for at home alone: it was another's to move, who is about to bring it back
     * and would fail if it were gone.
     *
     * @throws io.enim.LedgerException the intent could not be recorded; nothing was begun
     */
    public Result run(Assignment assignment, StepRunner.Listener listener, Duration timeout) {
        return run(assignment, listener, timeout, assignment.sandbox().isPresent() ? Reach.ANYWHERE : Reach.HOST);
    }

    /** As {@link #run(Assignment, Steps.Listener, Duration)}, with a reach of the caller's choice. */
    public Result run(Assignment assignment, StepRunner.Listener listener, Duration timeout, Reach reach) {
        if (assignment.phase() != Phase.DELETING) {
            stepRunner.run(
                    Step.DEL_RECORD_INTENT,
                    listener,
                    () -> ledger.put(assignment.in(Phase.DELETING, assignment.reason())));
        }
        ReturnReport returnReport;
        try {
            returnReport =
                    stepRunner.call(Step.DEL_RETURN_TO_HOST, listener, () -> returnToHost(assignment, timeout, reach));
        } catch (EniException e) {
            return keep(assignment, listener, e);
        }
        if (!returnReport.isVerified()) {
            boolean isNowhere = returnReport.foundIn() == ReturnReport.Location.NOT_FOUND;
            if (isNowhere && reach == Reach.HOST) {
                return keep(
                        assignment,
                        listener,
                        End.KEPT,
                        "its device is not at home, and whoever moved it has not brought it back");
            }
            boolean isLost = isNowhere && returnReport.unresolved().isEmpty() && isSandboxGone(assignment);
            return keep(assignment, listener, isLost ? End.KEPT_WITHOUT_DEVICE : End.KEPT, describe(returnReport));
        }
        stepRunner.run(Step.DEL_FORGET, listener, () -> ledger.remove(assignment.endpoint()));
        try {
            stepRunner.run(Step.DEL_RELEASE, listener, () -> provider.deallocateEni(assignment.endpoint()));
        } catch (EniException e) {
            return unconfirmed(assignment, e);
        }
        availabilitySignal.signal();
        return new Result(End.FREED, describe(returnReport));
    }

    /**
     * Ends an assignment whose ENI is lost by the provider's evidence, after {@link #run} found its device nowhere. The
     * provider forgets the ENI; nothing is asked of the cloud.
     *
     * @throws io.enim.EniException the record could not be removed, or the provider failed; the next round sees what is
     *     left
     */
    public void forgetLost(Assignment assignment, StepRunner.Listener listener) {
        stepRunner.run(Step.DEL_FORGET, listener, () -> ledger.remove(assignment.endpoint()));
        stepRunner.run(Step.DEL_RELEASE, listener, () -> provider.forgetLost(assignment.endpoint()));
    }

    /**
     * It is forgotten, and stays so: the answer may be lost and another endpoint hold the ENI by now, whose device a record
     * brought back would take away. If the provider still calls it held, garbage collection hands it back.
     */
    private static Result unconfirmed(Assignment assignment, EniException why) {
        LOG.warn(
                "{} gave {} back, and the provider did not confirm it; garbage collection looks whether it has it",
                assignment.endpoint(),
                assignment.eni().id(),
                why);
        return new Result(
                End.KEPT, "its device is home, but the provider did not confirm that it has it: " + why.getMessage());
    }

    private ReturnReport returnToHost(Assignment assignment, Duration timeout, Reach reach) {
        Optional<Netns> netns = openSandbox(devices, assignment);
        try {
            Optional<DeviceBaseline> home = assignment
                    .baseline()
                    .or(() -> baselines.of(assignment.eni().mac()))
                    .or(() -> devices.find(assignment.eni().mac(), timeout).map(Device::baseline));
            if (home.isEmpty()) {
                return new ReturnReport(ReturnReport.Location.NOT_FOUND, List.of(), List.of());
            }
            return reach == Reach.HOST
                    ? devices.restoreOnHost(home.get(), timeout)
                    : devices.returnToHost(home.get(), netns, timeout);
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    /** The assignment's namespace if it is still the one that was recorded; empty when it is gone or another. */
    static Optional<Netns> openSandbox(NetworkDevices devices, Assignment assignment) {
        return assignment.sandbox().flatMap(sandbox -> {
            Netns netns;
            try {
                netns = devices.open(sandbox.path());
            } catch (InvalidRequestException e) {
                LOG.debug("{}: the sandbox is gone: {}", assignment.endpoint(), e.getMessage());
                return Optional.empty();
            }
            if (netns.id().isSame(sandbox.id())) {
                return Optional.of(netns);
            }
            netns.close();
            return Optional.empty();
        });
    }

    private boolean isSandboxGone(Assignment assignment) {
        Optional<Netns> sandbox = openSandbox(devices, assignment);
        sandbox.ifPresent(Netns::close);
        return sandbox.isEmpty();
    }

    private Result keep(Assignment assignment, StepRunner.Listener listener, EniException why) {
        LOG.warn("{} keeps {}: {}", assignment.endpoint(), assignment.eni().id(), why.getMessage(), why);
        return keep(assignment, listener, End.KEPT, String.valueOf(why.getMessage()));
    }

    private Result keep(Assignment assignment, StepRunner.Listener listener, End end, String why) {
        try {
            stepRunner.run(Step.RECORD_QUARANTINE, listener, () -> ledger.put(assignment.in(Phase.QUARANTINED, why)));
        } catch (EniException e) {
            // The record still says DELETING, which garbage collection treats alike; only the reason is lost.
            LOG.warn("{}: the quarantine could not be recorded", assignment.endpoint(), e);
        }
        return new Result(end, why);
    }

    private static String describe(ReturnReport returnReport) {
        return switch (returnReport.foundIn()) {
            case NOT_FOUND ->
                words(
                        "the device was found nowhere: neither at home nor in any namespace; is the ENI detached?",
                        returnReport);
            case HOST -> words("the device was at home", returnReport);
            case SANDBOX -> words("the device came from its sandbox", returnReport);
            case OTHER_NAMESPACE -> words("the device came from another namespace", returnReport);
        };
    }

    private static String words(String where, ReturnReport returnReport) {
        String mended =
                returnReport.repaired().isEmpty() ? "" : ", mended: " + String.join("; ", returnReport.repaired());
        String stands =
                returnReport.foundIn() == ReturnReport.Location.NOT_FOUND ? ", not searched: " : ", not clean: ";
        String remaining =
                returnReport.unresolved().isEmpty() ? "" : stands + String.join("; ", returnReport.unresolved());
        return where + mended + remaining;
    }
}
