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

/** One CHECK, on its worker. Changes nothing. */
public final class CheckOperation {
    private final Ledger ledger;
    private final NetworkDevices devices;

    public CheckOperation(Ledger ledger, NetworkDevices devices) {
        this.ledger = ledger;
        this.devices = devices;
    }

    public CheckReport run(Endpoint endpoint, Duration timeout) {
        Optional<Assignment> assignment = ledger.get(endpoint);
        return new CheckReport(
                endpoint,
                assignment.isEmpty()
                        ? List.of(new Difference("assignment", "one ENI", "none"))
                        : differences(assignment.get(), timeout));
    }

    private List<Difference> differences(Assignment assignment, Duration timeout) {
        if (assignment.phase() != Phase.ADDED) {
            return List.of(new Difference("phase", Phase.ADDED.name(), assignment.phase() + " " + assignment.reason()));
        }
        if (assignment.sandbox().isEmpty()) {
            return List.of();
        }
        Optional<Netns> netns = ReleaseOperation.openSandbox(devices, assignment);
        if (netns.isEmpty()) {
            String path = assignment.sandbox().get().path().toString();
            return List.of(new Difference("sandbox", path, "gone, or another namespace under that path"));
        }
        try {
            return inspect(assignment, netns.get(), timeout);
        } finally {
            netns.get().close();
        }
    }

    private List<Difference> inspect(Assignment assignment, Netns netns, Duration timeout) {
        Optional<Device> astray = DeviceLookup.findOnHost(devices, assignment, timeout);
        if (astray.isPresent()) {
            return List.of(new Difference(
                    "device", "in " + netns.path(), "at home as " + astray.get().name()));
        }
        return devices.inspect(assignment.eni().mac(), netns, LinkConfigs.of(assignment), timeout);
    }
}
