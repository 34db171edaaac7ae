// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import static io.enim.DeviceException.Kind.AMBIGUOUS;
import static io.enim.DeviceException.Kind.DIRTY;
import static io.enim.DeviceException.Kind.NOT_FOUND;
import static io.enim.DeviceException.Kind.PROTECTED;
import static java.util.Objects.requireNonNull;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.FirstError;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * ADD: claim, find the device, record the intent, move in, configure, record done, answer. After the claim, whatever is
 * thrown, an {@link Error} too, is undone by {@link ReleaseOperation}, under a deadline of its own; the caller gets the first error. Safe for
 * concurrent use.
 *
 * @param undoTimeout the longest that undoing may take, beyond the deadline of the ADD
 */
public record AddOperation(
        Ledger ledger,
        NetworkDevices devices,
        SandboxPaths sandboxPaths,
        DeviceBaselines baselines,
        EniClaim eniClaim,
        HostDeviceFinder finder,
        ReleaseOperation release,
        InstantSource clock,
        Duration undoTimeout) {
    /** Errors after which the ENI is not made available again: the next endpoint that gets it would fail the same way. */
    private static final Set<DeviceException.Kind> UNFIT = EnumSet.of(NOT_FOUND, DIRTY, PROTECTED, AMBIGUOUS);

    public Assignment run(AddRequest request, EndpointTask<Assignment> task, StepRunner steps) {
        Optional<Netns> netns = request.netns().map(sandboxPaths::open);
        try {
            return new Attempt(request, task, steps, netns).run();
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    private final class Attempt {
        private final AddRequest request;
        private final EndpointTask<Assignment> task;
        private final StepRunner steps;
        private final Optional<Netns> netns;
        /** Whether what was claimed may have been seen outside this process: its device moved, or its record done. */
        private boolean isTouched = true;

        Attempt(AddRequest request, EndpointTask<Assignment> task, StepRunner steps, Optional<Netns> netns) {
            this.request = request;
            this.task = task;
            this.steps = steps;
            this.netns = netns;
        }

        Assignment run() {
            ledger.settle(request.endpoint());
            Optional<Assignment> known = ledger.get(request.endpoint());
            if (known.isPresent()) {
                return resume(known.get());
            }
            ledger.requireReadable(request.endpoint());
            return claimAndConnect();
        }

        /**
         * Connects the first ENI that can be. One that cannot is taken back by the provider, which puts it behind the others
         * or withholds it; one that it withheld may come a second time, before others, when a check has found it good. An ENI
         * that comes a third time is the last one left: after each further ADD that it fails it is checked later.
         */
        private Assignment claimAndConnect() {
            Map<String, Integer> tried = new HashMap<>();
            UnusableEni first = null;
            while (true) {
                Eni eni;
                try {
                    task.checkpoint();
                    eni = claim();
                } catch (NoEniAvailableException e) {
                    throw first == null ? e : first.causeWith(e);
                }
                isTouched = false;
                Assignment claimed = adding(eni.heldBy(request.endpoint()), request.labels(), clock.instant(), "");
                try {
                    return connectOrRollBack(claimed, Optional.empty());
                } catch (UnusableEni e) {
                    first = first == null ? e : first;
                    if (tried.merge(eni.id(), 1, Integer::sum) > 2) {
                        throw first.causeWith(e.cause());
                    }
                }
            }
        }

        /** One that fits, if the request requires one. */
        private Eni claim() {
            Eni eni = eniClaim.claim(request, task, steps);
            if (!request.wish().isRequired() || request.wish().fits(eni)) {
                return eni;
            }
            // What an ADD that was killed before its record got, and garbage collection has not found yet.
            release.releaseUnrecorded(request.endpoint(), steps);
            Eni next = eniClaim.claim(request, task, steps);
            if (request.wish().fits(next)) {
                return next;
            }
            release.releaseUnrecorded(request.endpoint(), steps);
            throw new FatalProviderException(
                    Refusal.OTHER,
                    "",
                    "add " + request.endpoint() + ": it requires " + request.wish() + ", and the provider gave " + next
                            + " (PRV-15)");
        }

        /** An assignment that stays, of which the endpoint now requires another ENI, is not changed under its workload. */
        private void requireWished(Assignment known) {
            if (request.wish().isRequired() && !request.wish().fits(known.eni())) {
                throw new InvalidRequestException(
                        "wish",
                        request.wish().toString(),
                        known.endpoint() + " holds " + known.eni()
                                + "; DEL the endpoint first, or do not require another");
            }
        }

        private Assignment adding(Eni eni, Map<String, String> labels, Instant since, String reason) {
            Optional<Sandbox> sandbox = netns.map(opened -> new Sandbox(opened.path(), opened.id()));
            return new Assignment(
                    request.endpoint(),
                    eni,
                    Phase.ADDING,
                    sandbox,
                    Optional.empty(),
                    request.routes(),
                    eniClaim.link(request, eni),
                    labels,
                    since,
                    reason);
        }

        /** The sequence of an ADD, after its claim and before its answer. */
        private Assignment connect(Assignment claimed, Optional<Assignment> earlier, LinkConfig config) {
            Device device = step(Step.ADD_FIND_DEVICE, () -> finder.findClean(claimed, task));
            Assignment intent = claimed.withBaseline(baselines.record(device, steps));
            task.checkpoint();
            steps.run(
                    Step.ADD_RECORD_INTENT,
                    () -> earlier.ifPresentOrElse(before -> ledger.putOver(before, intent), () -> ledger.put(intent)));
            if (netns.isPresent()) {
                Device inside = step(Step.ADD_MOVE_IN, () -> {
                    isTouched = true;
                    return devices.moveIn(device, netns.get(), config, remaining());
                });
                task.checkpoint();
                steps.run(Step.ADD_CONFIGURE, () -> devices.configure(inside, netns.get(), config, remaining()));
            }
            return recordDone(intent);
        }

        /** Connects, or undoes what it did: to the claim's release, or to the record of an earlier ADD that succeeded (P16). */
        private Assignment connectOrRollBack(Assignment claimed, Optional<Assignment> earlier) {
            Assignment done;
            try {
                if (earlier.isEmpty()) {
                    LinkConfigs.requireReachable(claimed);
                }
                LinkConfig config = LinkConfigs.of(claimed);
                task.checkpoint();
                Optional<DeviceBaseline> moved =
                        netns.isEmpty() ? finder.baselineIfMoved(claimed, remaining()) : Optional.empty();
                isTouched |= moved.isPresent();
                done = moved.isPresent()
                        ? recordDone(claimed.withBaseline(moved.get()))
                        : connect(claimed, earlier, config);
            } catch (Throwable e) {
                if (earlier.isEmpty() && e instanceof EniException error && isTakenBack(request.endpoint(), error)) {
                    throw new UnusableEni(error);
                }
                rollBack(claimed, earlier, e);
                throw e;
            }
            if (!task.deliver(done)) {
                ReleaseOperation.Result result = undo(done, earlier);
                task.checkpoint();
                throw new IllegalStateException("an answer is refused only when cancelled; undone: " + result.detail());
            }
            return done;
        }

        private Assignment resume(Assignment known) {
            return switch (known.phase()) {
                case ADDED -> repair(known);
                // Killed or failed before its answer: no workload uses the link, so it starts over with the same ENI.
                case ADDING -> {
                    requireWished(known);
                    yield reconnect(returnToHost(known), "the interrupted ADD");
                }
                case DELETING, QUARANTINED -> {
                    finishPreviousRelease(known);
                    yield run();
                }
            };
        }

        private Assignment repair(Assignment known) {
            boolean isOther = netns.isPresent()
                    && known.sandbox()
                            .filter(sandbox -> !sandbox.id().isSame(netns.get().id()))
                            .isPresent();
            if (isOther) {
                rejectOtherNamespace(known, netns.get());
                finishPreviousRelease(known);
                return claimAndConnect();
            }
            requireWished(known);
            if (netns.isEmpty()) {
                return deliver(known);
            }
            if (known.sandbox().isEmpty()) {
                return reconnect(known, "the assignment without a sandbox");
            }
            LinkConfig config = LinkConfigs.of(known);
            List<CheckReport.Difference> differences =
                    devices.inspect(known.eni().mac(), netns.get(), config, remaining());
            if (differences.isEmpty()) {
                return deliver(known);
            }
            Optional<Device> device = devices.find(known.eni().mac(), netns.get(), remaining());
            if (device.isEmpty()) {
                return reconnect(returnToHost(known), "the device was missing from its sandbox");
            }
            steps.run(Step.ADD_CONFIGURE, () -> devices.configure(device.get(), netns.get(), config, remaining()));
            return deliver(known);
        }

        /** Another namespace replaces the recorded one only when that is gone. */
        private void rejectOtherNamespace(Assignment known, Netns other) {
            if (!ReleaseOperation.isSandboxGone(devices, known)) {
                Path recorded = known.sandbox().orElseThrow().path();
                String held = known.endpoint() + " holds " + known.eni().id() + " in " + recorded;
                throw new InvalidRequestException(
                        "netns", other.path().toString(), held + ", which still exists; DEL the endpoint first");
            }
        }

        /** Finishes an earlier operation of this endpoint, so that it can begin anew. */
        private void finishPreviousRelease(Assignment known) {
            ReleaseOperation.Result result =
                    release.recover(known, steps, undoTimeout, ReleaseOperation.Reach.of(known));
            if (!result.undone()) {
                throw new DeviceException(
                        DIRTY,
                        "add " + known.endpoint() + ": finish its earlier DEL with",
                        known.eni().id() + " " + known.eni().mac(),
                        result.detail() + "; garbage collection keeps trying, use a new container id meanwhile");
            }
        }

        private Assignment returnToHost(Assignment known) {
            known.baseline()
                    .ifPresent(baseline -> ReleaseOperation.inSandbox(
                            devices, known, recorded -> devices.returnToHost(baseline, recorded, undoTimeout)));
            return known;
        }

        private Assignment reconnect(Assignment known, String reason) {
            Assignment claimed = adding(known.eni(), known.labels(), known.since(), reason);
            return connectOrRollBack(
                    claimed.withLabels(request.labels()),
                    known.phase() == Phase.ADDED ? Optional.of(known) : ledger.earlier(known.endpoint()));
        }

        private Assignment deliver(Assignment known) {
            Assignment labelled = known.withLabels(request.labels());
            if (!labelled.equals(known)) {
                steps.run(Step.ADD_RECORD_DONE, () -> ledger.put(labelled));
            }
            task.deliver(labelled);
            return labelled;
        }

        /** Whether the error is the ENI's, whose device was not moved, and the provider has taken the ENI back. */
        private boolean isTakenBack(Endpoint endpoint, EniException error) {
            Optional<String> fault = Optional.of(error)
                    .filter(e -> e instanceof DeviceException device && UNFIT.contains(device.kind()))
                    .map(Throwable::getMessage);
            boolean isMisfit = error instanceof InvalidRequestException;
            try {
                return (fault.isPresent() || isMisfit)
                        && ledger.get(endpoint).isEmpty()
                        && release.takeBack(endpoint, fault, steps);
            } catch (Throwable e) {
                FirstError.suppress(error, e);
                return false;
            }
        }

        private void rollBack(Assignment claimed, Optional<Assignment> earlier, Throwable cause) {
            Endpoint endpoint = claimed.endpoint();
            boolean unfit = cause instanceof DeviceException e && UNFIT.contains(e.kind());
            try {
                Optional<Assignment> recorded = ledger.get(endpoint);
                ledger.settle(endpoint);
                if (earlier.isPresent() && recorded.equals(earlier)) {
                    return; // nothing was recorded, so nothing was moved
                }
                // After an error of the device layer the ENI rests, and is checked: a late answer may still change its
                // device.
                if (earlier.isEmpty() && !isTouched && !(cause instanceof DeviceException)) {
                    release.releaseUntouched(endpoint, steps);
                    return;
                }
                if (recorded.isEmpty() && !unfit) {
                    release.releaseUnrecorded(endpoint, steps);
                    return;
                }
                ReleaseOperation.Result result = undo(recorded.orElse(claimed), earlier);
                if (!result.undone()) {
                    String undone = endpoint + ", " + claimed.eni().id();
                    cause.addSuppressed(
                            new DeviceException(DIRTY, "undo the ADD of", undone, "quarantined: " + result.detail()));
                }
            } catch (Throwable e) {
                FirstError.suppress(cause, e);
            }
        }

        private ReleaseOperation.Result undo(Assignment recorded, Optional<Assignment> earlier) {
            return earlier.map(record -> release.restore(record, recorded, steps, undoTimeout))
                    .orElseGet(() -> release.run(recorded, steps, undoTimeout));
        }

        private <T> T step(Step step, Supplier<T> work) {
            task.checkpoint();
            return steps.call(step, work);
        }

        private Assignment recordDone(Assignment connected) {
            task.checkpoint();
            isTouched = true;
            return steps.call(Step.ADD_RECORD_DONE, () -> ledger.putDone(connected));
        }

        private Duration remaining() {
            return task.deadline().remaining();
        }
    }

    /** The attempt failed for the ENI that it got, and that is no longer the endpoint's: another one may do. */
    private static final class UnusableEni extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableEni(EniException cause) {
            super(cause);
        }

        EniException cause() {
            return (EniException) requireNonNull(getCause());
        }

        /** The first error; the one that ended the search is suppressed. */
        EniException causeWith(EniException later) {
            FirstError.suppress(cause(), later);
            return cause();
        }
    }
}
