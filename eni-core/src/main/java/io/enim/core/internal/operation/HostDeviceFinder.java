// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.operation;

import static io.enim.DeviceException.Kind.DIRTY;

import io.enim.Assignment;
import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.core.internal.exec.Deadline;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the device of a claimed ENI on the host. Safe for concurrent use; blocks on the kernel.
 *
 * @param deviceTimeout the longest it waits for a device to appear, within the deadline of the task
 */
public record HostDeviceFinder(
        NetworkDevices devices, DeviceBaselines baselines, DeviceRepairs repairs, Duration deviceTimeout) {
    /**
     * The baseline of a known device that is not on the host. Without a namespace the device is another program's to
     * move, and that program may move it first and ask for the assignment then, as CNI's host-device plugin does.
     */
    Optional<DeviceBaseline> baselineIfMoved(Assignment claimed, Duration timeout) {
        MacAddress mac = claimed.eni().mac();
        return baselines.get(mac).filter(baseline -> devices.find(mac, timeout).isEmpty());
    }

    /**
     * The device, which is waited for. Where host software modified or configured it since it was verified it is
     * repaired first, but for its name: the move renames it.
     *
     * @throws DeviceException the device did not appear, or it could not be repaired
     */
    Device findClean(Assignment claimed, EndpointTask<?> task) {
        repairs.awaitEnd(claimed.eni().id(), task);
        Device device = find(claimed, task);
        DeviceBaseline expected = baselines.expected(device);
        List<String> differences =
                new ArrayList<>(expected.at(device.name(), device.ifindex()).differences(device));
        if (device.up()) {
            differences.add("it is up: software of the host configured it");
        }
        if (differences.isEmpty()) {
            return device;
        }
        ReturnReport report;
        try {
            report = devices.restoreOnHost(expected, task.deadline().remaining());
        } catch (DeviceException e) {
            throw dirty(claimed, device, differences + ", and the repair failed: " + e.getMessage(), e);
        }
        if (!report.isVerified()) {
            throw dirty(claimed, device, differences + ", of which remains " + report.unresolved(), null);
        }
        return find(claimed, task);
    }

    private Device find(Assignment claimed, EndpointTask<?> task) {
        Duration wait = Deadline.lessReportingTime(
                Deadline.min(task.deadline().remaining().dividedBy(2), deviceTimeout));
        MacAddress mac = claimed.eni().mac();
        return devices.find(mac, wait).orElseGet(() -> task.interruptibly(() -> devices.awaitOnHost(mac, wait)));
    }

    private static DeviceException dirty(
            Assignment claimed, Device device, String differences, @Nullable DeviceException cause) {
        return new DeviceException(
                DIRTY,
                "add " + claimed.endpoint() + ": repair",
                device.name() + " " + device.identity(),
                "",
                "on the host it differs from its baseline: " + differences
                        + "; find the program that changes it. The ENI is withheld until its device is clean",
                cause);
    }
}
