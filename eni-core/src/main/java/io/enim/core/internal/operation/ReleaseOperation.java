// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one way an ENI becomes free: record the intent, return the device to the host, verify, forget, release. DEL, the
 * undoing of an ADD and garbage collection all go through here, in the order of their endpoint's operations. Safe for
 * concurrent use by operations on different endpoints.
 *
 * <p><b>Why the record is removed before the ENI is released.</b> The moment the provider has the ENI, another endpoint
 * may get it and be recorded. Were the old record still there, a crash would leave two records of one ENI, and finishing
 * the old DEL would take the device from its new holder (P1, P4). A crash between the two steps leaves an ENI that the
 * provider lists as used and no endpoint owns, which garbage collection releases; its device is already on the host (P2).
 *
 * <p>The one other end is {@link #forgetLost}: of an ENI that is lost, whose device cannot return.
 *
 * @param beforeForgetting what has to be recorded of the endpoint's ENI before its assignment is forgotten; never fails
 */
public record ReleaseOperation(
        Ledger ledger,
        DeviceBaselines baselines,
        EniProvider provider,
        NetworkDevices devices,
        AvailabilitySignal availability,
        Consumer<Endpoint> beforeForgetting) {
    public enum Reach {
        /** On the host only. */
        HOST,
        /** On the host, in its sandbox and, if need be, in every namespace. */
        ANYWHERE;

        /** The device of an assignment without a sandbox was moved by another program, which is about to bring it back. */
        static Reach of(Assignment assignment) {
            return assignment.sandbox().isPresent() ? ANYWHERE : HOST;
        }
    }

    /** The state of the ENI after a release. */
    public enum End {
        /** The provider has it back. */
        FREED,
        /** The endpoint holds it as before the ADD that is undone. */
        RESTORED,
        /** It stays with the endpoint. */
        KEPT,
        /** It stays with the endpoint, whose sandbox is gone, and its device is nowhere on this machine. */
        KEPT_WITHOUT_DEVICE
    }

    /**
     * The outcome of a release.
     *
     * @param detail where the device was and what was repaired; or why the ENI is kept
     * @param remains what could not be removed from its device
     */
    public record Result(End end, String detail, List<String> remains) {
        Result(End end, String detail) {
            this(end, detail, List.of());
        }

        /** Whether the provider has the ENI back. */
        public boolean freed() {
            return end == End.FREED;
        }

        /** Whether an ADD is undone, with nothing left for garbage collection. */
        public boolean undone() {
            return end == End.FREED || end == End.RESTORED;
        }
    }

    private static final SafeLogger LOG = SafeLogger.of(ReleaseOperation.class);

    /**
     * Ends an assignment. An ENI whose device cannot be verified stays with the endpoint, in quarantine. The device of an
     * assignment without a sandbox is searched on the host only: another program moved it and is about to bring it back,
     * and would fail if the device were gone.
     *
     * @throws io.enim.LedgerException the intent could not be recorded; nothing was begun
     */
    public Result run(Assignment assignment, StepRunner steps, Duration timeout) {
        return run(assignment, steps, timeout, Reach.of(assignment));
    }

    /** As {@link #run(Assignment, StepRunner, Duration)}, with a reach of the caller's choice. */
    public Result run(Assignment assignment, StepRunner steps, Duration timeout, Reach reach) {
        if (assignment.phase() != Phase.DELETING) {
            steps.run(Step.DEL_RECORD_INTENT, () -> ledger.put(assignment.in(Phase.DELETING, assignment.reason())));
        }
        return afterReturn(assignment, Optional.empty(), steps, timeout, reach, report -> {
            beforeForgetting.accept(assignment.endpoint());
            steps.run(Step.DEL_FORGET, () -> ledger.remove(assignment.endpoint()));
            try {
                steps.run(Step.DEL_RELEASE, () -> provider.deallocateEni(assignment.endpoint()));
            } catch (EniException e) {
                return unconfirmed(assignment, e);
            }
            availability.released();
            return new Result(End.FREED, describe(report));
        });
    }

    /** Returns the device to the host, then ends; an ENI whose device cannot be verified is kept, the earlier assignment too. */
    private Result afterReturn(
            Assignment assignment,
            Optional<Assignment> earlier,
            StepRunner steps,
            Duration timeout,
            Reach reach,
            Function<ReturnReport, Result> end) {
        ReturnReport report;
        try {
            report = steps.call(Step.DEL_RETURN_TO_HOST, () -> returnToHost(assignment, timeout, reach));
        } catch (EniException e) {
            LOG.warn("{} keeps {}: {}", assignment.endpoint(), assignment.eni().id(), e.getMessage(), e);
            return keep(assignment, earlier, steps, End.KEPT, String.valueOf(e.getMessage()));
        }
        if (!report.isVerified()) {
            boolean isNowhere = report.foundIn() == Location.NOT_FOUND;
            if (isNowhere && reach == Reach.HOST) {
                String reason = "its device is not on the host; the program that moved it has not brought it back";
                return keep(assignment, earlier, steps, End.KEPT, reason);
            }
            boolean isLost = isNowhere && report.unresolved().isEmpty() && isSandboxGone(devices, assignment);
            Result kept =
                    keep(assignment, earlier, steps, isLost ? End.KEPT_WITHOUT_DEVICE : End.KEPT, describe(report));
            return isNowhere ? kept : new Result(kept.end(), kept.detail(), report.unresolved());
        }
        return end.apply(report);
    }

    /**
     * Undoes an ADD of an endpoint that held its ENI before: the device returns to the host and the earlier record stands
     * again (P16). A device that cannot be verified is in quarantine, still held.
     */
    Result restore(Assignment earlier, Assignment recorded, StepRunner steps, Duration timeout) {
        return afterReturn(recorded, Optional.of(earlier), steps, timeout, Reach.ANYWHERE, report -> {
            steps.run(Step.ADD_RECORD_DONE, () -> ledger.put(earlier));
            return new Result(End.RESTORED, "the assignment of its earlier ADD stands again; " + describe(report));
        });
    }

    /**
     * Ends what a dead or failed operation left of an assignment: a repeated ADD ends in the assignment of the earlier one
     * (P16), everything else in its release.
     */
    public Result recover(Assignment left, StepRunner steps, Duration timeout, Reach reach) {
        return ledger.earlier(left.endpoint())
                .map(earlier -> restore(earlier, left, steps, timeout))
                .orElseGet(() -> run(left, steps, timeout, reach));
    }

    /**
     * Releases an ENI that was claimed and not recorded, so that its device was not moved.
     *
     * @throws EniException the provider failed; garbage collection finds the ENI without an owner
     */
    void releaseUnrecorded(Endpoint endpoint, StepRunner steps) {
        ledger.settle(endpoint);
        steps.run(Step.DEL_RELEASE, () -> provider.deallocateEni(endpoint));
    }

    /**
     * Gives back an ENI that its endpoint never had: its device was not moved, so that no tenant left anything on it or expects
     * anything at its addresses. It is free again at once. A record of it is removed first, as in every release.
     *
     * @throws EniException the ledger or the provider failed; garbage collection finds what remains
     */
    void releaseUntouched(Endpoint endpoint, StepRunner steps) {
        ledger.settle(endpoint);
        if (ledger.get(endpoint).isPresent()) {
            steps.run(Step.DEL_FORGET, () -> ledger.remove(endpoint));
        }
        steps.run(Step.DEL_RELEASE, () -> {
            if (!provider.takeBack(endpoint, Optional.empty())) {
                provider.deallocateEni(endpoint);
            }
        });
        availability.released();
    }

    /** As {@link EniProvider#takeBack}. */
    boolean takeBack(Endpoint endpoint, Optional<String> fault, StepRunner steps) {
        ledger.settle(endpoint);
        return steps.call(Step.DEL_RELEASE, () -> provider.takeBack(endpoint, fault));
    }

    /** As {@link EniProvider#lossEvidence}. */
    public Optional<String> lossEvidence(Endpoint endpoint) {
        return provider.lossEvidence(endpoint);
    }

    /**
     * Ends an assignment whose ENI is lost by the provider's evidence, after {@link #run} found its device nowhere. After an
     * error the next round of garbage collection sees what remains.
     */
    public void forgetLost(Assignment assignment, StepRunner steps) {
        steps.run(Step.DEL_FORGET, () -> ledger.remove(assignment.endpoint()));
        steps.run(Step.DEL_RELEASE, () -> provider.forgetLost(assignment.endpoint()));
    }

    /**
     * The record is not written again: only the provider's confirmation may be lost, and another endpoint may hold the ENI
     * by now, whose device the record would take away. If the provider still lists the ENI as held, garbage collection
     * releases it.
     */
    private static Result unconfirmed(Assignment assignment, EniException cause) {
        String held = assignment.eni().id() + " by " + assignment.endpoint();
        LOG.warn("release of {} not confirmed by the provider; garbage collection will verify", held, cause);
        String reason = "its device is on the host, but the provider did not confirm the release: ";
        return new Result(End.KEPT, reason + cause.getMessage());
    }

    private ReturnReport returnToHost(Assignment assignment, Duration timeout, Reach reach) {
        MacAddress mac = assignment.eni().mac();
        Optional<DeviceBaseline> baseline = assignment.baseline().or(() -> baselines.getOrFind(mac, devices, timeout));
        if (baseline.isEmpty()) {
            return new ReturnReport(Location.NOT_FOUND, List.of(), List.of());
        }
        return reach == Reach.HOST
                ? devices.restoreOnHost(baseline.get(), timeout)
                : inSandbox(devices, assignment, netns -> devices.returnToHost(baseline.get(), netns, timeout));
    }

    static boolean isSandboxGone(NetworkDevices devices, Assignment assignment) {
        return inSandbox(devices, assignment, Optional::isEmpty);
    }

    /** Opens the assignment's namespace if it is still the recorded one; empty when it is gone or another one. */
    static <T> T inSandbox(NetworkDevices devices, Assignment assignment, Function<Optional<Netns>, T> work) {
        Optional<Netns> netns = openSandbox(devices, assignment);
        try {
            return work.apply(netns);
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    private static Optional<Netns> openSandbox(NetworkDevices devices, Assignment assignment) {
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

    private Result keep(Assignment assignment, Optional<Assignment> earlier, StepRunner steps, End end, String reason) {
        Assignment kept = assignment.in(Phase.QUARANTINED, reason);
        try {
            steps.run(
                    Step.RECORD_QUARANTINE,
                    () -> earlier.ifPresentOrElse(before -> ledger.putOver(before, kept), () -> ledger.put(kept)));
        } catch (EniException e) {
            // The record still says DELETING, which garbage collection treats alike; only the reason is lost.
            LOG.warn("{}: the quarantine could not be recorded", assignment.endpoint(), e);
        }
        return new Result(end, reason);
    }

    private static String describe(ReturnReport report) {
        String found = switch (report.foundIn()) {
            case NOT_FOUND -> "the device was found neither on the host nor in any namespace; is the ENI detached?";
            case HOST -> "the device was on the host";
            case SANDBOX -> "the device came from its sandbox";
            case OTHER_NAMESPACE -> "the device came from another namespace";
        };
        String unresolved = report.foundIn() == Location.NOT_FOUND ? ", not searched: " : ", not clean: ";
        return found + list(", repaired: ", report.repaired()) + list(unresolved, report.unresolved());
    }

    private static String list(String title, List<String> items) {
        return items.isEmpty() ? "" : title + String.join("; ", items);
    }
}
