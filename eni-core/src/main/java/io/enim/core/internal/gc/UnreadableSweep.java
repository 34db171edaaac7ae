// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.Eni;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.ledger.UnreadableAssignment;
import io.enim.core.internal.operation.ReleaseOperation;
import io.enim.core.internal.operation.UnreadableRelease;
import io.enim.core.internal.step.TimelineRecorder;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Ends an assignment whose record cannot be read, once its device was seen in a namespace and then on the host: its sandbox
 * ended. A device that was on the host from the beginning proves nothing, since the endpoint may use it there. Used by one
 * thread at a time.
 */
public final class UnreadableSweep {
    private final Ledger ledger;
    private final DeviceBaselines baselines;
    private final NetworkDevices devices;
    private final Supplier<List<Eni>> listing;
    private final PerEndpointExecutor executor;
    private final TimelineRecorder timelines;
    private final UnreadableRelease release;
    private final Duration timeout;
    /** The names of the records whose devices were seen in a namespace. */
    private final Set<String> seenAway = new HashSet<>();

    /**
     * A sweep.
     *
     * @param timeout the longest that a question to the kernel, or one release, may take
     */
    public UnreadableSweep(
            Ledger ledger,
            DeviceBaselines baselines,
            NetworkDevices devices,
            Supplier<List<Eni>> listing,
            PerEndpointExecutor executor,
            TimelineRecorder timelines,
            UnreadableRelease release,
            Duration timeout) {
        this.ledger = ledger;
        this.baselines = baselines;
        this.devices = devices;
        this.listing = listing;
        this.executor = executor;
        this.timelines = timelines;
        this.release = release;
        this.timeout = timeout;
    }

    List<Finding> run(Mode mode, Retries retries) {
        List<Finding> findings = new ArrayList<>();
        for (UnreadableAssignment held : List.copyOf(ledger.unreadable())) {
            Finding left = Findings.of(
                    Kind.UNCERTAIN, held.placeholder(), held.eniId(), held.toString(), "leave it", Outcome.SKIPPED);
            Finding dead = left.because(
                            Kind.DEAD_ENDPOINT,
                            left.evidence() + "; its device was in a namespace, and is back on the host")
                    .after("verify the device, free the ENI", Outcome.DRY_RUN);
            findings.add(Findings.treat(left, () -> examine(held, left, dead, mode, retries)));
        }
        return findings;
    }

    private Finding examine(UnreadableAssignment held, Finding left, Finding dead, Mode mode, Retries retries) {
        Optional<DeviceBaseline> baseline = held.eniId()
                .flatMap(id -> listing.get().stream()
                        .filter(eni -> eni.id().equals(id))
                        .findAny())
                .flatMap(eni -> baselines.get(eni.mac()));
        if (baseline.isEmpty() || !retries.isDue(baseline.get().mac())) {
            return left;
        }
        if (mode == Mode.ACT) {
            retries.failed(baseline.get().mac()); // Unless it ends now.
        }
        return isOver(held, baseline.get()) && !executor.isBusy(held.placeholder()) ? end(held, dead, mode) : left;
    }

    private boolean isOver(UnreadableAssignment held, DeviceBaseline baseline) {
        if (devices.find(baseline, timeout).isPresent()) {
            return seenAway.contains(held.file());
        }
        if (!seenAway.contains(held.file())) {
            Optional<Netns> found = devices.locate(baseline, timeout);
            found.ifPresent(namespace -> {
                namespace.close();
                seenAway.add(held.file());
            });
        }
        return false;
    }

    private Finding end(UnreadableAssignment held, Finding dead, Mode mode) {
        if (mode == Mode.DRY_RUN) {
            return dead;
        }
        return executor.run(new EndpointTask<>(
                "GC", held.placeholder(), executor.deadline(timeout), running -> endOnWorker(running, held, dead)));
    }

    private Finding endOnWorker(EndpointTask<Finding> task, UnreadableAssignment held, Finding dead) {
        if (ledger.unreadable(held.placeholder()).isEmpty()) {
            return Findings.left(dead, "it was deleted meanwhile");
        }
        ReleaseOperation.Result result = release.run(held, timelines.steps(task), timeout);
        seenAway.remove(held.file());
        return Findings.ended(dead, ": " + result.detail(), result.freed() ? Outcome.DONE : Outcome.FAILED)
                .with(result.remains());
    }
}
