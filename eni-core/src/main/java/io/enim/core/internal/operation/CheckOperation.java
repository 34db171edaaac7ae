// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.CheckReport;
import io.enim.CheckReport.Difference;
import io.enim.Endpoint;
import io.enim.core.internal.ledger.Ledger;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** CHECK. Changes nothing. Safe for concurrent use; blocks on the kernel. */
public record CheckOperation(Ledger ledger, NetworkDevices devices) {
    public CheckReport run(Endpoint endpoint, Duration timeout) {
        List<Difference> differences = ledger.get(endpoint)
                .map(assignment -> differences(assignment, timeout))
                .orElseGet(() -> List.of(new Difference("assignment", "one ENI", "none")));
        return new CheckReport(endpoint, differences);
    }

    private List<Difference> differences(Assignment assignment, Duration timeout) {
        if (assignment.phase() != Phase.ADDED) {
            return List.of(new Difference("phase", Phase.ADDED.name(), assignment.phase() + " " + assignment.reason()));
        }
        if (assignment.sandbox().isEmpty()) {
            return List.of();
        }
        String path = assignment.sandbox().get().path().toString();
        return ReleaseOperation.inSandbox(
                devices,
                assignment,
                netns -> netns.isPresent()
                        ? inspect(assignment, netns.get(), timeout)
                        : List.of(new Difference("sandbox", path, "gone, or another namespace under that path")));
    }

    /**
     * The device of an assignment if it is on the host; it is in its sandbox when all is well. A tenant may have changed
     * it: it is identified by its baseline where that is recorded, else by its MAC.
     */
    public Optional<Device> findOnHost(Assignment assignment, Duration timeout) {
        return assignment.baseline().isPresent()
                ? devices.find(assignment.baseline().get(), timeout)
                : devices.find(assignment.eni().mac(), timeout);
    }

    private List<Difference> inspect(Assignment assignment, Netns netns, Duration timeout) {
        Optional<Device> onHost = findOnHost(assignment, timeout);
        if (onHost.isPresent()) {
            String found = "on the host as " + onHost.get().name();
            return List.of(new Difference("device", "in " + netns.path(), found));
        }
        return devices.inspect(assignment.eni().mac(), netns, LinkConfigs.of(assignment), timeout);
    }
}
