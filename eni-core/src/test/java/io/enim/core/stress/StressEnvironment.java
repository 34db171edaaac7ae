package io.enim.core.stress;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.MacAddress;
import io.enim.core.internal.step.FailPoint;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node with its kernel and its cloud, which outlives managers. Safe for concurrent use but for starting. */
interface StressEnvironment extends AutoCloseable {
    Duration TIMEOUT = Duration.ofSeconds(5);

    /** What managers that start from now on have around them: the oracle watches them, and the bug is in their parts. */
    void prepare(FailPoint probe, StressOracle oracle, SeededManagerBug bug, Liveness runtime);

    /**
     * Starts a manager in place of the one before, which is closed.
     *
     * @throws io.enim.LedgerException threads of that one run still
     */
    EniManager start();

    /** Lets time pass at once, where managers live by a time of their own. */
    default void pass(Duration time) {}

    /** Sets the wall clock forward, or back. */
    default void stepClock(Duration step) {}

    /** Makes a network namespace. */
    Path sandbox(String name);

    /** Ends one, with whatever is in it. */
    void kill(Path sandbox);

    /** The namespace of the device: the path of its sandbox, {@code /} for the host, empty for nowhere. */
    Optional<Path> locate(MacAddress mac);

    /** A tenant changes its device, if it is in its sandbox. */
    default void tenantChanges(MacAddress mac, Path sandbox) {}

    /** What a tenant left on a device that is on the host. */
    default Optional<String> tenantResidue(MacAddress mac) {
        return Optional.empty();
    }

    /** What its managers call. */
    ChaoticSeams seams();

    /** The directory of its files. */
    Path directory();

    /** Detaches an ENI, by number, behind the manager's back. */
    default void detach(int number, StressOracle stressOracle) {}

    /** Attaches the detached ENIs again where the cloud allows it; the number that were refused. */
    default int attachAgain(Set<String> enis) {
        return 0;
    }

    /** The ENIs and devices that exist beside the listed ENIs, or are missing. */
    List<String> residue(List<Eni> listed);

    /** The difference between the host's devices and those of these ENIs. */
    default List<String> unexpectedDevices(NetworkDevices devices, List<Eni> listed) {
        List<String> macs =
                listed.stream().map(eni -> eni.mac().toString()).sorted().toList();
        List<String> onHost = devices.hostDevices(TIMEOUT).stream()
                .map(device -> device.identity().toString())
                .filter(mac -> !mac.equals("00:00:00:00:00:00"))
                .sorted()
                .toList();
        return onHost.equals(macs) ? List.of() : List.of("on the host are " + onHost + ", expected " + macs);
    }

    @Override
    void close();
}
