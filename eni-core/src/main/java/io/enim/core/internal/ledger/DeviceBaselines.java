// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The baseline of each ENI's device: its state when it was first seen on the host. A device is restored to it, also by a
 * process that never saw the device clean (P5, P13). Records last until the next boot, since the kernel creates devices
 * anew then. Safe for concurrent use; {@link BootRecords} tells what blocks.
 */
public final class DeviceBaselines extends BootRecords<MacAddress, DeviceBaseline> {
    private final StepRunner stepRunner;

    private DeviceBaselines(RecordStore store, String boot, StepRunner stepRunner) {
        super(store, boot);
        this.stepRunner = stepRunner;
    }

    /**
     * Reads the records of earlier processes. Takes over the store, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are removed
     * @param stepRunner runs the writes that belong to no endpoint
     * @throws io.enim.LedgerException the store cannot be read
     */
    public static DeviceBaselines open(RecordStore store, String boot, StepRunner stepRunner) {
        DeviceBaselines opened = new DeviceBaselines(store, boot, stepRunner);
        opened.load();
        return opened;
    }

    @Override
    MacAddress keyOf(DeviceBaseline baseline) {
        return baseline.mac();
    }

    @Override
    String fileOf(DeviceBaseline baseline) {
        return baseline.mac().toString().replace(':', '-');
    }

    @Override
    Map<String, String> encode(DeviceBaseline baseline) {
        return DeviceBaselineCodec.encode(baseline);
    }

    @Override
    DeviceBaseline decode(Map<String, String> fields) {
        return DeviceBaselineCodec.decode(fields)
                .orElseThrow(() -> new InvalidRequestException("device", "", "the record describes none"));
    }

    @Override
    void ofOtherBoot(String file, String writtenIn) {
        store.remove(file);
    }

    /**
     * The recorded baseline of the device with this MAC; where there is none, the present state of the device on the host.
     * Blocks on the kernel in that case.
     */
    public Optional<DeviceBaseline> getOrFind(MacAddress mac, NetworkDevices devices, Duration timeout) {
        return get(mac).or(() -> devices.find(mac, timeout).map(Device::baseline));
    }

    /**
     * The state that a device on the host should have, under the index it has now. For a device that is not recorded, and
     * for a new device with a recorded MAC (its parent differs), this is its present state.
     */
    public DeviceBaseline expected(Device seen) {
        return known(seen).map(known -> known.at(known.name(), seen.ifindex())).orElseGet(seen::baseline);
    }

    /** The record of this device, not of another one with its MAC. */
    private Optional<DeviceBaseline> known(Device seen) {
        return get(seen.identity()).filter(known -> known.parent().equals(seen.parent()));
    }

    /**
     * {@link #expected}, which is recorded if the device was not known.
     *
     * @param steps runs the write
     * @throws io.enim.LedgerException the record could not be written; the device stays unknown
     */
    public DeviceBaseline record(Device seen, StepRunner steps) {
        DeviceBaseline expected = expected(seen);
        if (known(seen).isEmpty()) {
            steps.run(Step.RECORD_BASELINE, () -> write(expected));
        }
        return expected;
    }

    /** Records a baseline unless its MAC has one. */
    public void recordIfUnknown(DeviceBaseline baseline) {
        if (get(baseline.mac()).isEmpty()) {
            stepRunner.run(Step.RECORD_BASELINE, () -> write(baseline));
        }
    }

    /** Removes all records but these: an ENI that left this node gets a new device if it ever comes back. */
    public void retain(Set<MacAddress> present) {
        for (MacAddress mac : values.keySet()) {
            if (!present.contains(mac)) {
                stepRunner.run(Step.FORGET_BASELINE, () -> remove(mac));
            }
        }
    }
}
