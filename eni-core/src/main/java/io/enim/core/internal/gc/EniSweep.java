package io.enim.core.internal.gc;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.MacAddress;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds ENIs without an owner, lost ENIs, and devices of free ENIs that drifted from their baseline or are missing. */
public final class EniSweep {
    private final Ledger ledger;
    private final DeviceBaselines baselines;
    private final Supplier<List<Eni>> listing;
    private final EniProvider provider;
    private final NetworkDevices devices;
    private final PerEndpointExecutor executor;
    private final StepRunner steps;
    private final Duration timeout;

    /**
     * A sweep.
     *
     * @param listing lists the provider's ENIs, within a time limit
     * @param timeout the longest that a question to the kernel, or the release of one ENI, may take
     */
    public EniSweep(
            Ledger ledger,
            DeviceBaselines baselines,
            Supplier<List<Eni>> listing,
            EniProvider provider,
            NetworkDevices devices,
            PerEndpointExecutor executor,
            StepRunner steps,
            Duration timeout) {
        this.ledger = ledger;
        this.baselines = baselines;
        this.listing = listing;
        this.provider = provider;
        this.devices = devices;
        this.executor = executor;
        this.steps = steps;
        this.timeout = timeout;
    }

    List<Finding> run(Mode mode) {
        List<Eni> enis;
        Map<MacAddress, List<Device>> onHost;
        try {
            enis = listing.get();
            onHost = devices.hostDevices(timeout).stream().collect(Collectors.groupingBy(Device::identity));
        } catch (EniException e) {
            return List.of(new Finding(
                    Kind.UNCERTAIN,
                    "ENIs and devices",
                    String.valueOf(e.getMessage()),
                    "examine none",
                    Outcome.SKIPPED));
        }
        List<Finding> findings = new ArrayList<>();
        for (Eni eni : enis) {
            eni.holder()
                    .filter(holder -> ledger.get(holder).isEmpty() && !executor.isBusy(holder))
                    .ifPresent(holder -> findings.add(unowned(eni, holder, mode)));
            if (eni.state() == EniState.READY) {
                readyDevice(eni, onHost.getOrDefault(eni.mac(), List.of()), mode)
                        .ifPresent(findings::add);
            }
        }
        if (!everythingAccountedFor(enis)) {
            findings.addAll(lost(enis));
            forgetBaselinesExcept(enis).ifPresent(findings::add);
        }
        return findings;
    }

    /**
     * Whether each assignment and each recorded device belongs to a listed ENI. That is the rule, so it is found by
     * counting; only otherwise are sets built to find the exceptions.
     */
    private boolean everythingAccountedFor(List<Eni> enis) {
        int assigned = 0;
        int recorded = 0;
        for (Eni eni : enis) {
            if (eni.holder()
                    .flatMap(ledger::get)
                    .filter(assignment -> assignment.eni().id().equals(eni.id()))
                    .isPresent()) {
                assigned++;
            }
            if (baselines.of(eni.mac()).isPresent()) {
                recorded++;
            }
        }
        return assigned >= ledger.size() && recorded >= baselines.size();
    }

    private List<Finding> lost(List<Eni> enis) {
        Set<String> listed = enis.stream().map(Eni::id).collect(Collectors.toSet());
        return ledger.all().stream()
                .filter(assignment -> !listed.contains(assignment.eni().id()))
                .map(assignment -> new Finding(
                        Kind.LOST_ENI,
                        assignment.endpoint() + " with " + assignment.eni().id(),
                        "the provider does not list it among " + enis.size(),
                        "leave it to its endpoint until DEL",
                        Outcome.SKIPPED))
                .toList();
    }

    private Optional<Finding> forgetBaselinesExcept(List<Eni> enis) {
        Set<MacAddress> present = enis.stream().map(Eni::mac).collect(Collectors.toCollection(HashSet::new));
        ledger.all().forEach(assignment -> present.add(assignment.eni().mac()));
        try {
            baselines.retain(present);
            return Optional.empty();
        } catch (EniException e) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN, "device baselines", String.valueOf(e.getMessage()), "keep them", Outcome.FAILED));
        }
    }

    private Finding unowned(Eni eni, Endpoint holder, Mode mode) {
        String subject = eni.id() + " held by " + holder;
        String evidence = "the provider lists it as used, and the ledger has no such endpoint";
        String action = "restore the device on the host, verify, release the ENI";
        if (mode == Mode.DRY_RUN) {
            return new Finding(Kind.UNOWNED_ENI, subject, evidence, action, Outcome.DRY_RUN);
        }
        EndpointTask<Finding> endpointTask = new EndpointTask<>(
                "GC",
                holder,
                Deadline.after(timeout),
                running -> ledger.get(holder).isPresent()
                        ? new Finding(Kind.UNOWNED_ENI, subject, "it got an owner", "leave it", Outcome.SKIPPED)
                        : releaseUnowned(eni, holder, subject, evidence, action));
        try {
            return executor.run(endpointTask);
        } catch (EniException e) {
            return new Finding(Kind.UNOWNED_ENI, subject, evidence, action + ": " + e.getMessage(), Outcome.FAILED);
        }
    }

    private Finding releaseUnowned(Eni eni, Endpoint holder, String subject, String evidence, String action) {
        ReturnReport report = baselines
                .ofOrFound(eni.mac(), devices, timeout)
                .map(baseline -> devices.restoreOnHost(baseline, timeout))
                .orElseGet(() -> new ReturnReport(ReturnReport.Location.NOT_FOUND, List.of(), List.of()));
        if (report.foundIn() == ReturnReport.Location.NOT_FOUND) {
            Optional<String> loss = provider.lossEvidence(holder);
            if (loss.isPresent()) {
                steps.run(Step.GC_RELEASE_UNOWNED, () -> provider.forgetLost(holder));
                return new Finding(
                        Kind.LOST_ENI,
                        subject,
                        evidence + ", its device is not on the host, and " + loss.get(),
                        "forget it; nothing is asked of the cloud",
                        Outcome.DONE);
            }
            return new Finding(
                    Kind.UNOWNED_ENI, subject, evidence, "leave it: its device is not on the host", Outcome.SKIPPED);
        }
        if (!report.isVerified()) {
            return new Finding(
                    Kind.UNOWNED_ENI, subject, evidence, action + ": not clean " + report.unresolved(), Outcome.FAILED);
        }
        steps.run(Step.GC_RELEASE_UNOWNED, () -> provider.deallocateEni(holder));
        return new Finding(Kind.UNOWNED_ENI, subject, evidence, action, Outcome.DONE);
    }

    private Optional<Finding> readyDevice(Eni eni, List<Device> found, Mode mode) {
        if (found.isEmpty()) {
            return Optional.of(new Finding(
                    Kind.DEVICE_MISSING,
                    eni.id() + " " + eni.mac(),
                    "no device on the host has its MAC",
                    "leave it; an ADD that gets it waits for the device, then quarantines it",
                    Outcome.SKIPPED));
        }
        if (found.size() > 1) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN,
                    eni.id() + " " + eni.mac(),
                    "devices " + found.stream().map(Device::name).toList() + " share its MAC",
                    "change none",
                    Outcome.SKIPPED));
        }
        Device device = found.get(0);
        DeviceBaseline expected = baselines.expected(device);
        List<String> differences = expected.differences(device);
        return differences.isEmpty()
                ? recordBaseline(eni, device, mode)
                : Optional.of(repair(eni, expected, differences, mode));
    }

    private Optional<Finding> recordBaseline(Eni eni, Device device, Mode mode) {
        if (mode == Mode.DRY_RUN) {
            return Optional.empty();
        }
        try {
            baselines.record(device, steps);
            return Optional.empty();
        } catch (EniException e) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN,
                    eni.id() + " " + eni.mac(),
                    String.valueOf(e.getMessage()),
                    "record the baseline of its device",
                    Outcome.FAILED));
        }
    }

    /**
     * Repairs on the host only. An ADD that moves the device away at this moment is not disturbed: the device is then no
     * longer there to be changed.
     */
    private Finding repair(Eni eni, DeviceBaseline expected, List<String> differences, Mode mode) {
        String subject = eni.id() + " " + eni.mac();
        String evidence = String.join("; ", differences);
        if (mode == Mode.DRY_RUN) {
            return new Finding(Kind.DEVICE_DRIFTED, subject, evidence, "repair it", Outcome.DRY_RUN);
        }
        try {
            ReturnReport report = steps.call(Step.GC_REPAIR_DEVICE, () -> devices.restoreOnHost(expected, timeout));
            return new Finding(
                    Kind.DEVICE_DRIFTED,
                    subject,
                    evidence,
                    "repair it: " + report.repaired(),
                    report.isVerified() ? Outcome.DONE : Outcome.FAILED);
        } catch (EniException e) {
            return new Finding(Kind.DEVICE_DRIFTED, subject, evidence, "repair it: " + e.getMessage(), Outcome.FAILED);
        }
    }
}
