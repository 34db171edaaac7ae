// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.Eni;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest.Mode;
import io.enim.MacAddress;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.operation.DeviceRepairs;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds host links without an endpoint and removes them: of ENIs that the provider lists as free, and of those that it no
 * longer lists and whose device this node knows. A host link of any other ENI may be another manager's.
 */
record HostLinkSweep(
        Ledger ledger,
        DeviceBaselines baselines,
        Supplier<List<Eni>> listing,
        NetworkDevices devices,
        DeviceRepairs repairs,
        StepRunner steps,
        Duration timeout) {
    /** A host link that nothing uses, and the name by which its removal is announced: the id of its ENI if it is listed. */
    private record Orphan(MacAddress mac, String announcedAs, Finding found) {}

    List<Finding> run(Mode mode) {
        Set<MacAddress> linked;
        List<Eni> enis;
        try {
            linked = new HashSet<>(devices.hostLinks(timeout));
            ledger.all().forEach(assignment -> linked.remove(assignment.eni().mac()));
            enis = linked.isEmpty() ? List.of() : listing.get();
        } catch (RuntimeException | Error e) {
            return List.of(new Finding(Kind.UNCERTAIN, "host links", Findings.why(e), "examine none", Outcome.SKIPPED));
        }
        return linked.stream()
                .flatMap(mac -> orphan(mac, enis).stream())
                .map(orphan -> mode == Mode.DRY_RUN ? orphan.found() : remove(orphan))
                .toList();
    }

    /** Empty where an endpoint may use it, or another manager. */
    private Optional<Orphan> orphan(MacAddress mac, List<Eni> enis) {
        Optional<Eni> eni = enis.stream().filter(each -> each.mac().equals(mac)).findFirst();
        boolean isUsed = eni.isPresent()
                ? eni.get().holder().isPresent()
                : baselines.get(mac).isEmpty() || !ledger.unreadable().isEmpty();
        if (isUsed) {
            return Optional.empty();
        }
        String id = eni.map(Eni::id).orElse("not listed");
        String evidence = eni.isPresent()
                ? "the ENI has a host link, and no endpoint holds it"
                : "the ENI has a host link, no endpoint holds it, and the provider does not list it";
        String subject = id + " " + mac;
        return Optional.of(new Orphan(
                mac,
                id,
                new Finding(Kind.HOST_LINK_ORPHAN, subject, evidence, "remove the host link", Outcome.DRY_RUN)));
    }

    /** An ADD that claims the ENI after it was seen to be free waits for the end of this. */
    private Finding remove(Orphan orphan) {
        return Findings.treat(
                orphan.found(),
                () -> repairs.announcing(orphan.announcedAs(), () -> {
                    if (orphan(orphan.mac(), listing.get()).isEmpty()) {
                        return Findings.left(orphan.found(), "it got an owner");
                    }
                    steps.run(Step.GC_REPAIR_DEVICE, () -> devices.removeHostLink(orphan.mac(), timeout));
                    return Findings.ended(orphan.found(), "", Outcome.DONE);
                }));
    }
}
