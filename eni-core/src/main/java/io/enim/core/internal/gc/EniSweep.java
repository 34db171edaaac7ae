package io.enim.core.internal.gc;

import io.enim.Assignment;
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
import io.enim.core.internal.gc.GarbageCollector.Dependencies;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.ReturnReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds ENIs that nobody owns or that are lost, and devices of free ENIs that are astray or missing. */
final class EniSweep {
    private final Dependencies dependencies;

    EniSweep(Dependencies tools) {
        this.dependencies = tools;
    }

    List<Finding> run(Mode mode) {
        List<Eni> enis;
        Map<MacAddress, List<Device>> home;
        try {
            enis = dependencies.enis().get();
            home = byIdentity(dependencies.devices().hostDevices(dependencies.timeout()));
        } catch (EniException e) {
            return List.of(new Finding(
                    Kind.UNCERTAIN,
                    "ENIs and devices",
                    String.valueOf(e.getMessage()),
                    "look at none",
                    Outcome.SKIPPED));
        }
        List<Finding> findings = new ArrayList<>();
        int owned = 0;
        int recorded = 0;
        for (Eni eni : enis) {
            Optional<Assignment> owner = eni.holder().flatMap(dependencies.ledger()::get);
            if (owner.filter(assignment -> assignment.eni().id().equals(eni.id()))
                    .isPresent()) {
                owned++;
            }
            if (dependencies.baselines().of(eni.mac()).isPresent()) {
                recorded++;
            }
            eni.holder()
                    .filter(holder ->
                            owner.isEmpty() && !dependencies.executor().isBusy(holder))
                    .ifPresent(holder -> findings.add(unowned(eni, holder, mode)));
            if (eni.state() == EniState.READY) {
                readyDevice(eni, home.getOrDefault(eni.mac(), List.of()), mode).ifPresent(findings::add);
            }
        }
        // Counted first: that all is accounted for is the rule, and who looks for the rest needs to sort all of it.
        if (owned < dependencies.ledger().size()) {
            findings.addAll(lost(enis));
        }
        if (recorded < dependencies.baselines().size()) {
            forgetBaselinesExcept(enis).ifPresent(findings::add);
        }
        return findings;
    }

    private List<Finding> lost(List<Eni> enis) {
        Set<String> listed = enis.stream().map(Eni::id).collect(Collectors.toSet());
        return dependencies.ledger().all().stream()
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
        Set<MacAddress> present = new HashSet<>();
        enis.forEach(eni -> present.add(eni.mac()));
        dependencies
                .ledger()
                .all()
                .forEach(assignment -> present.add(assignment.eni().mac()));
        try {
            dependencies.baselines().retain(present);
            return Optional.empty();
        } catch (EniException e) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN,
                    "records of devices at home",
                    String.valueOf(e.getMessage()),
                    "keep them",
                    Outcome.FAILED));
        }
    }

    private static Map<MacAddress, List<Device>> byIdentity(List<Device> devices) {
        Map<MacAddress, List<Device>> byIdentity = new HashMap<>();
        for (Device device : devices) {
            byIdentity
                    .computeIfAbsent(device.identity(), key -> new ArrayList<>())
                    .add(device);
        }
        return byIdentity;
    }

    private Finding unowned(Eni eni, Endpoint holder, Mode mode) {
        String subject = eni.id() + " held by " + holder;
        String evidence = "the provider calls it used, and the ledger knows no such endpoint";
        String action = "bring the device home, verify, hand the ENI back";
        if (mode == Mode.DRY_RUN) {
            return new Finding(Kind.UNOWNED_ENI, subject, evidence, action, Outcome.DRY_RUN);
        }
        EndpointTask<Finding> endpointTask = new EndpointTask<>(
                "GC",
                holder,
                Deadline.after(dependencies.timeout()),
                running -> dependencies.ledger().get(holder).isPresent()
                        ? new Finding(Kind.UNOWNED_ENI, subject, "it got an owner", "leave it", Outcome.SKIPPED)
                        : handBack(eni, holder, subject, evidence, action));
        try {
            return dependencies.executor().run(endpointTask);
        } catch (EniException e) {
            return new Finding(Kind.UNOWNED_ENI, subject, evidence, action + ": " + e.getMessage(), Outcome.FAILED);
        }
    }

    private Finding handBack(Eni eni, Endpoint holder, String subject, String evidence, String action) {
        Optional<DeviceBaseline> home = dependencies
                .baselines()
                .of(eni.mac())
                .or(() -> dependencies
                        .devices()
                        .find(eni.mac(), dependencies.timeout())
                        .map(Device::baseline));
        ReturnReport returnReport = home.map(
                        state -> dependencies.devices().restoreOnHost(state, dependencies.timeout()))
                .orElseGet(() -> new ReturnReport(ReturnReport.Location.NOT_FOUND, List.of(), List.of()));
        if (returnReport.foundIn() == ReturnReport.Location.NOT_FOUND) {
            Optional<String> loss = dependencies.provider().lossEvidence(holder);
            if (loss.isPresent()) {
                dependencies
                        .steps()
                        .run(
                                Step.GC_RELEASE_UNOWNED,
                                () -> dependencies.provider().forgetLost(holder));
                return new Finding(
                        Kind.LOST_ENI,
                        subject,
                        evidence + ", its device is not at home, and " + loss.get(),
                        "forget it; nothing is asked of the cloud",
                        Outcome.DONE);
            }
            return new Finding(
                    Kind.UNOWNED_ENI, subject, evidence, "leave it: its device is not at home", Outcome.SKIPPED);
        }
        if (!returnReport.isVerified()) {
            return new Finding(
                    Kind.UNOWNED_ENI,
                    subject,
                    evidence,
                    action + ": not clean " + returnReport.unresolved(),
                    Outcome.FAILED);
        }
        dependencies
                .steps()
                .run(Step.GC_RELEASE_UNOWNED, () -> dependencies.provider().deallocateEni(holder));
        return new Finding(Kind.UNOWNED_ENI, subject, evidence, action, Outcome.DONE);
    }

    private Optional<Finding> readyDevice(Eni eni, List<Device> found, Mode mode) {
        if (found.isEmpty()) {
            return Optional.of(new Finding(
                    Kind.DEVICE_MISSING,
                    eni.id() + " " + eni.mac(),
                    "no device at home has its MAC",
                    "leave it; an ADD that gets it waits for the device, then quarantines it",
                    Outcome.SKIPPED));
        }
        if (found.size() > 1) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN,
                    eni.id() + " " + eni.mac(),
                    "devices " + found.stream().map(Device::name).toList() + " share its MAC",
                    "touch none",
                    Outcome.SKIPPED));
        }
        Device device = found.get(0);
        DeviceBaseline expected = dependencies.baselines().expected(device);
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
            dependencies.baselines().record(device, StepRunner.Listener.NONE);
            return Optional.empty();
        } catch (EniException e) {
            return Optional.of(new Finding(
                    Kind.UNCERTAIN,
                    eni.id() + " " + eni.mac(),
                    String.valueOf(e.getMessage()),
                    "record how its device is at home",
                    Outcome.FAILED));
        }
    }

    /**
     * Mending acts in the host namespace alone. An ADD that moves the device away at this moment is not disturbed: the
     * device is no longer there to be touched.
     */
    private Finding repair(Eni eni, DeviceBaseline expected, List<String> differences, Mode mode) {
        String subject = eni.id() + " " + eni.mac();
        String evidence = String.join("; ", differences);
        if (mode == Mode.DRY_RUN) {
            return new Finding(Kind.DEVICE_DRIFTED, subject, evidence, "put it right", Outcome.DRY_RUN);
        }
        try {
            ReturnReport returnReport = dependencies
                    .steps()
                    .call(
                            Step.GC_REPAIR_DEVICE,
                            () -> dependencies.devices().restoreOnHost(expected, dependencies.timeout()));
            return new Finding(
                    Kind.DEVICE_DRIFTED,
                    subject,
                    evidence,
                    "put it right: " + returnReport.repaired(),
                    returnReport.isVerified() ? Outcome.DONE : Outcome.FAILED);
        } catch (EniException e) {
            return new Finding(
                    Kind.DEVICE_DRIFTED, subject, evidence, "put it right: " + e.getMessage(), Outcome.FAILED);
        }
    }
}
