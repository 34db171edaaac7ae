package io.enim.core.internal.ledger;

import io.enim.EniException;
import io.enim.MacAddress;
import io.enim.core.internal.state.RecordDirectory;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.Steps;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
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
public final class Homes implements AutoCloseable {
    private static final String BOOT = "boot";

    private final RecordDirectory directory;
    private final String boot;
    private final Steps steps;
    private final ConcurrentHashMap<MacAddress, HomeState> homes = new ConcurrentHashMap<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    private Homes(RecordDirectory directory, String boot, Steps steps) {
        this.directory = directory;
        this.boot = boot;
        this.steps = steps;
    }

    /**
     * Reads what an earlier process left. Takes over the directory, and closes it with itself.
     *
     * @param boot this boot's id; records of another boot are removed
     * @param steps runs each write
     * @throws io.enim.LedgerException the directory cannot be read
     */
    public static Homes open(RecordDirectory directory, String boot, Steps steps) {
        Homes homes = new Homes(directory, boot, steps);
        RecordDirectory.Contents contents = directory.readAll();
        homes.notes.addAll(contents.notes());
        contents.records().forEach(homes::take);
        return homes;
    }

    private void take(String file, Map<String, String> fields) {
        if (!boot.equals(fields.get(BOOT))) {
            directory.remove(file);
            return;
        }
        try {
            HomeStateCodec.decode(fields)
                    .filter(home -> fileOf(home.mac()).equals(file))
                    .ifPresentOrElse(
                            home -> homes.put(home.mac(), home),
                            () -> notes.add(directory.setAside(file, "it tells of no device or of another one")));
        } catch (EniException e) {
            notes.add(directory.setAside(file, String.valueOf(e.getMessage())));
        }
    }

    /** How the device with this MAC is to be at home; empty when it was never seen there. */
    public Optional<HomeState> of(MacAddress mac) {
        return Optional.ofNullable(homes.get(mac));
    }

    /**
     * How a device that is at home is to be there, under the index it has now. At first sight, and when its MAC comes with
     * another device (another parent), that is how it is.
     */
    public HomeState expected(Device seen) {
        return known(seen).map(known -> known.at(known.name(), seen.ifindex())).orElseGet(seen::homeState);
    }

    /** What is recorded of this device, and not of another one with its MAC. */
    private Optional<HomeState> known(Device seen) {
        return of(seen.identity()).filter(known -> known.parent().equals(seen.parent()));
    }

    /**
     * {@link #expected}, recorded where it was not known.
     *
     * @param listener hears of the step, if it is recorded now
     * @throws io.enim.LedgerException the record could not be written; the next sight is the first one then
     */
    public HomeState record(Device seen, Steps.Listener listener) {
        HomeState expected = expected(seen);
        if (known(seen).isEmpty()) {
            remember(expected, listener);
        }
        return expected;
    }

    /** Records how a device is to be at home where nothing is known yet. */
    public void suppose(HomeState home) {
        if (!homes.containsKey(home.mac())) {
            remember(home, Steps.Listener.NONE);
        }
    }

    private void remember(HomeState home, Steps.Listener listener) {
        Map<String, String> fields = HomeStateCodec.encode(home);
        fields.put(BOOT, boot);
        steps.run(Step.RECORD_HOME, listener, () -> {
            directory.put(fileOf(home.mac()), fields);
            homes.put(home.mac(), home);
        });
    }

    /** How many devices are recorded. */
    public int size() {
        return homes.size();
    }

    /** Forgets all but these: an ENI that left this node comes back with a device as fresh as the cloud made it. */
    public void retain(Set<MacAddress> present) {
        for (MacAddress mac : homes.keySet()) {
            if (!present.contains(mac)) {
                steps.run(Step.FORGET_HOME, () -> {
                    directory.remove(fileOf(mac));
                    homes.remove(mac);
                });
            }
        }
    }

    /** Why the last write failed; empty when it did not. */
    public Optional<String> failure() {
        return directory.failure();
    }

    /** What was found wrong when opening, and set aside. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        directory.close();
    }

    private static String fileOf(MacAddress mac) {
        return mac.toString().replace(':', '-');
    }
}
