package io.enim.core.internal.ledger;

import io.enim.EniException;
import io.enim.MacAddress;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * How the device of each ENI was when it was first seen at home: what it is put back to, also by a process that never
 * saw it clean (P5, P13). On disk for as long as the boot lasts, since devices start afresh with the next. Safe for
 * concurrent use. The first sight of a device blocks on the disk, later ones do not.
 */
public final class DeviceBaselines implements AutoCloseable {
    private static final String BOOT = "boot";

    private final RecordStore store;
    private final String boot;
    private final StepRunner stepRunner;
    private final ConcurrentHashMap<MacAddress, DeviceBaseline> baselines = new ConcurrentHashMap<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    private DeviceBaselines(RecordStore directory, String boot, StepRunner stepRunner) {
        this.store = directory;
        this.boot = boot;
        this.stepRunner = stepRunner;
    }

    /**
     * Reads what an earlier process left. Takes over the directory, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are removed
     * @param steps runs each write
     * @throws io.enim.LedgerException the directory cannot be read
     */
    public static DeviceBaselines open(RecordStore directory, String boot, StepRunner stepRunner) {
        DeviceBaselines deviceBaselines = new DeviceBaselines(directory, boot, stepRunner);
        RecordStore.Contents contents = directory.readAll();
        deviceBaselines.notes.addAll(contents.notes());
        contents.records().forEach(deviceBaselines::load);
        return deviceBaselines;
    }

    private void load(String file, Map<String, String> fields) {
        if (!boot.equals(fields.get(BOOT))) {
            store.remove(file);
            return;
        }
        try {
            DeviceBaselineCodec.decode(fields)
                    .filter(home -> fileOf(home.mac()).equals(file))
                    .ifPresentOrElse(
                            home -> baselines.put(home.mac(), home),
                            () -> notes.add(store.setAside(file, "it tells of no device or of another one")));
        } catch (EniException e) {
            notes.add(store.setAside(file, String.valueOf(e.getMessage())));
        }
    }

    /** How the device with this MAC is to be at home; empty when it was never seen there. */
    public Optional<DeviceBaseline> of(MacAddress mac) {
        return Optional.ofNullable(baselines.get(mac));
    }

    /**
     * How a device that is at home is to be there, under the index it has now. At first sight, and when its MAC comes with
     * another device (another parent), that is how it is.
     */
    public DeviceBaseline expected(Device seen) {
        return known(seen).map(known -> known.at(known.name(), seen.ifindex())).orElseGet(seen::baseline);
    }

    /** What is recorded of this device, and not of another one with its MAC. */
    private Optional<DeviceBaseline> known(Device seen) {
        return of(seen.identity()).filter(known -> known.parent().equals(seen.parent()));
    }

    /**
     * {@link #expected}, recorded where it was not known.
     *
     * @param listener hears of the step, if it is recorded now
     * @throws io.enim.LedgerException the record could not be written; the next sight is the first one then
     */
    public DeviceBaseline record(Device seen, StepRunner.Listener listener) {
        DeviceBaseline expected = expected(seen);
        if (known(seen).isEmpty()) {
            write(expected, listener);
        }
        return expected;
    }

    /** Records how a device is to be at home where nothing is known yet. */
    public void recordIfUnknown(DeviceBaseline home) {
        if (!baselines.containsKey(home.mac())) {
            write(home, StepRunner.Listener.NONE);
        }
    }

    private void write(DeviceBaseline home, StepRunner.Listener listener) {
        Map<String, String> fields = DeviceBaselineCodec.encode(home);
        fields.put(BOOT, boot);
        stepRunner.run(Step.RECORD_BASELINE, listener, () -> {
            store.put(fileOf(home.mac()), fields);
            baselines.put(home.mac(), home);
        });
    }

    /** How many devices are recorded. */
    public int size() {
        return baselines.size();
    }

    /** Forgets all but these: an ENI that left this node comes back with a device as fresh as the cloud made it. */
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

    /** Why the last write failed; empty when it did not. */
    public Optional<String> failure() {
        return store.failure();
    }

    /** What was found wrong when opening, and set aside. */
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
