// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.MacAddress;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.PerEndpointExecutor;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.DeviceRepairs;
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
import java.util.stream.Stream;

/**
 * Finds ENIs without an owner, lost ENIs, and devices of free ENIs that drifted from their baseline or are missing.
 *
 * @param listing lists the provider's ENIs, within a time limit
 * @param timeout the longest that a question to the kernel, or the release of one ENI, may take
 */
public record EniSweep(
        Ledger ledger,
        DeviceBaselines baselines,
        Supplier<List<Eni>> listing,
        EniProvider provider,
        NetworkDevices devices,
        PerEndpointExecutor executor,
        DeviceRepairs repairs,
        StepRunner steps,
        Duration timeout) {
    List<Finding> run(Mode mode) {
        // Before baselines are forgotten, by which it knows the ENIs of this node.
        HostLinkSweep hostLinks = new HostLinkSweep(ledger, baselines, listing, devices, repairs, steps, timeout);
        List<Finding> findings = new ArrayList<>(hostLinks.run(mode));
        findings.addAll(ofEnis(mode));
        return findings;
    }

    private List<Finding> ofEnis(Mode mode) {
        List<Eni> enis;
        Map<MacAddress, List<Device>> onHost;
        try {
            enis = listing.get();
            onHost = devices.hostDevices(timeout).stream().collect(Collectors.groupingBy(Device::identity));
        } catch (RuntimeException | Error e) {
            return List.of(uncertain("ENIs and devices", e, "examine none", Outcome.SKIPPED));
        }
        List<Finding> findings = new ArrayList<>();
        // Each assignment and each recorded device belongs to a listed ENI. That is the rule, so it is found by counts;
        // only otherwise are sets built to find the exceptions.
        int assigned = 0;
        int recorded = 0;
        for (Eni eni : enis) {
            Optional<Assignment> assignment = Optional.empty();
            if (eni.holder().isPresent()) {
                Endpoint holder = eni.holder().get();
                assignment = ledger.get(holder);
                if (assignment.isEmpty() && ledger.unreadable(holder).isEmpty() && !executor.isBusy(holder)) {
                    findings.add(unowned(eni, holder, mode));
                }
            }
            if (eni.state() == EniState.READY) {
                readyDevice(eni, onHost.getOrDefault(eni.mac(), List.of()), mode)
                        .ifPresent(findings::add);
            }
            assigned += assignment.isPresent() && assignment.get().eni().id().equals(eni.id()) ? 1 : 0;
            recorded += baselines.get(eni.mac()).isPresent() ? 1 : 0;
        }
        if (assigned < ledger.size() || recorded < baselines.size()) {
            findings.addAll(lost(enis));
            forgetBaselinesExcept(enis).ifPresent(findings::add);
        }
        return findings;
    }

    private List<Finding> lost(List<Eni> enis) {
        Set<String> listed = enis.stream().map(Eni::id).collect(Collectors.toSet());
        return ledger.all().stream()
                .filter(assignment -> !listed.contains(assignment.eni().id()))
                .map(assignment -> Findings.of(
                        Kind.LOST_ENI,
                        assignment,
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
        } catch (RuntimeException | Error e) {
            return Optional.of(uncertain("device baselines", e, "keep them", Outcome.FAILED));
        }
    }

    private Finding unowned(Eni eni, Endpoint holder, Mode mode) {
        Finding found = Findings.of(
                Kind.UNOWNED_ENI,
                holder,
                Optional.of(eni.id()),
                "the provider lists it as used, and the ledger has no such endpoint",
                "restore the device on the host, verify, release the ENI",
                Outcome.DRY_RUN);
        if (mode == Mode.DRY_RUN) {
            return found;
        }
        EndpointTask<Finding> task = new EndpointTask<>(
                "GC",
                holder,
                executor.deadline(timeout),
                running -> ledger.get(holder).isPresent()
                        ? Findings.left(found, "it got an owner")
                        : releaseUnowned(found, eni, holder));
        return Findings.treat(found, () -> executor.run(task));
    }

    private Finding releaseUnowned(Finding found, Eni eni, Endpoint holder) {
        Optional<ReturnReport> report = baselines
                .getOrFind(eni.mac(), devices, timeout)
                .map(baseline -> devices.restoreOnHost(baseline, timeout))
                .filter(restored -> restored.foundIn() != ReturnReport.Location.NOT_FOUND);
        if (report.isEmpty()) {
            Optional<String> loss = provider.lossEvidence(holder);
            if (loss.isPresent()) {
                steps.run(Step.GC_RELEASE_UNOWNED, () -> provider.forgetLost(holder));
                return Findings.forgotten(
                        found, found.evidence() + ", its device is not on the host, and " + loss.get());
            }
            return found.after("leave it: its device is not on the host", Outcome.SKIPPED);
        }
        if (!report.get().isVerified()) {
            List<String> remains = report.get().unresolved();
            return Findings.ended(found, ": not clean " + remains, Outcome.FAILED)
                    .with(remains);
        }
        steps.run(Step.GC_RELEASE_UNOWNED, () -> provider.deallocateEni(holder));
        return Findings.ended(found, "", Outcome.DONE);
    }

    private Optional<Finding> readyDevice(Eni eni, List<Device> seen, Mode mode) {
        String subject = eni.id() + " " + eni.mac();
        if (seen.isEmpty()) {
            return Optional.of(Finding.ofEni(
                    Kind.DEVICE_MISSING,
                    subject,
                    eni.id(),
                    "no device on the host has its MAC",
                    "leave it; an ADD that gets it waits for the device, then quarantines it",
                    Outcome.SKIPPED));
        }
        if (seen.size() > 1) {
            String evidence = "devices " + seen.stream().map(Device::name).toList() + " share its MAC";
            return Optional.of(
                    Finding.ofEni(Kind.UNCERTAIN, subject, eni.id(), evidence, "change none", Outcome.SKIPPED));
        }
        Device device = seen.get(0);
        DeviceBaseline expected = baselines.expected(device);
        List<String> differences = new ArrayList<>(expected.differences(device));
        if (device.up()) {
            differences.add("it is up: software of the host configured it");
        }
        if (!differences.isEmpty()) {
            String evidence = String.join("; ", differences);
            Finding found =
                    Finding.ofEni(Kind.DEVICE_DRIFTED, subject, eni.id(), evidence, "repair it", Outcome.DRY_RUN);
            return Optional.of(repair(found, eni, expected, mode));
        }
        try {
            if (mode == Mode.ACT) {
                baselines.record(device, steps);
            }
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            return Optional.of(Finding.ofEni(
                    Kind.UNCERTAIN,
                    subject,
                    eni.id(),
                    Findings.why(e),
                    "record the baseline of its device",
                    Outcome.FAILED));
        }
    }

    /** Repairs on the host only, and only an ENI that is still free: what was listed before may have an endpoint by now. */
    private Finding repair(Finding found, Eni eni, DeviceBaseline expected, Mode mode) {
        if (mode == Mode.DRY_RUN) {
            return found;
        }
        return Findings.treat(
                found,
                () -> repairs.announcing(eni.id(), () -> {
                    boolean isFree = listing.get().stream()
                            .anyMatch(now -> now.id().equals(eni.id()) && now.state() == EniState.READY);
                    if (!isFree) {
                        return Findings.left(found, "it got an owner");
                    }
                    ReturnReport report =
                            steps.call(Step.GC_REPAIR_DEVICE, () -> devices.restoreOnHost(expected, timeout));
                    List<String> done = Stream.concat(report.repaired().stream(), report.takenOver().stream())
                            .toList();
                    return Findings.ended(found, ": " + done, report.isVerified() ? Outcome.DONE : Outcome.FAILED)
                            .with(report.unresolved());
                }));
    }

    private static Finding uncertain(String subject, Throwable cause, String action, Outcome outcome) {
        return new Finding(Kind.UNCERTAIN, subject, Findings.why(cause), action, outcome);
    }
}
