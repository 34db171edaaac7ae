package io.enim.core.internal.ledger;

import io.enim.EniException;
import io.enim.MacAddress;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The baseline of each ENI's device: its state when it was first seen on the host. A device is restored to it, also by a
 * process that never saw the device clean (P5, P13). Records last until the next boot, since the kernel creates devices
 * anew then. Safe for concurrent use. Recording the baseline of a new device blocks on the disk; reads do not block.
 */
public final class DeviceBaselines implements AutoCloseable {
    private static final String BOOT = "boot";

    private final RecordStore store;
    private final String boot;
    private final StepRunner stepRunner;
    private final ConcurrentHashMap<MacAddress, DeviceBaseline> baselines = new ConcurrentHashMap<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    private DeviceBaselines(RecordStore store, String boot, StepRunner stepRunner) {
        this.store = store;
        this.boot = boot;
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
        RecordStore.Contents contents = store.readAll();
        opened.notes.addAll(contents.notes());
        contents.records().forEach(opened::load);
        return opened;
    }

    private void load(String file, Map<String, String> fields) {
        if (!boot.equals(fields.get(BOOT))) {
            store.remove(file);
            return;
        }
        try {
            DeviceBaselineCodec.decode(fields)
                    .filter(baseline -> fileOf(baseline.mac()).equals(file))
                    .ifPresentOrElse(
                            baseline -> baselines.put(baseline.mac(), baseline),
                            () -> notes.add(store.setAside(file, "it describes no device or another device")));
        } catch (EniException e) {
            notes.add(store.setAside(file, String.valueOf(e.getMessage())));
        }
    }

    /** The recorded baseline of the device with this MAC. */
    public Optional<DeviceBaseline> of(MacAddress mac) {
        return Optional.ofNullable(baselines.get(mac));
    }

    /**
     * The recorded baseline of the device with this MAC; where there is none, the present state of the device on the host.
     * Blocks on the kernel in that case.
     */
    public Optional<DeviceBaseline> ofOrFound(MacAddress mac, NetworkDevices devices, Duration timeout) {
        return of(mac).or(() -> devices.find(mac, timeout).map(Device::baseline));
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
        return of(seen.identity()).filter(known -> known.parent().equals(seen.parent()));
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
            write(expected, steps);
        }
        return expected;
    }

    /** Records a baseline unless its MAC has one. */
    public void recordIfUnknown(DeviceBaseline baseline) {
        if (!baselines.containsKey(baseline.mac())) {
            write(baseline, stepRunner);
        }
    }

    private void write(DeviceBaseline baseline, StepRunner steps) {
        Map<String, String> fields = DeviceBaselineCodec.encode(baseline);
        fields.put(BOOT, boot);
        steps.run(Step.RECORD_BASELINE, () -> {
            store.put(fileOf(baseline.mac()), fields);
            baselines.put(baseline.mac(), baseline);
        });
    }

    /** The number of recorded devices. */
    public int size() {
        return baselines.size();
    }

    /** Removes all records but these: an ENI that left this node gets a new device if it ever comes back. */
    public void retain(Set<MacAddress> present) {
        for (MacAddress mac : baselines.keySet()) {
            if (!present.contains(mac)) {
                stepRunner.run(Step.FORGET_BASELINE, () -> {
                    store.remove(fileOf(mac));
                    baselines.remove(mac);
                });
            }
        }
    }

    /** Why the last write failed; empty when it succeeded. */
    public Optional<String> failure() {
        return store.failure();
    }

    /** The records that could not be used when opening, and why; they are set aside. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        store.close();
    }

    private static String fileOf(MacAddress mac) {
        return mac.toString().replace(':', '-');
    }
}
