package io.enim.core.stress;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.MacAddress;
import io.enim.core.internal.step.FailPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node with its kernel and its cloud, which outlives managers. Safe for concurrent use but for starting. */
interface StressEnvironment extends AutoCloseable {
    /** From now on managers work under the eyes of this oracle, on parts that may be flawed. */
    void instrument(StressOracle stressOracle, SeededManagerBug seededManagerBug);

    /** Starts a manager in place of the one before, which is closed. */
    EniManager start(FailPoint probe);

    /** Makes a network namespace. */
    Path sandbox(String name);

    /** Ends one, with whatever is in it. */
    void kill(Path sandbox);

    /** The namespace of the device: the path of its sandbox, {@code /} for the host, empty for nowhere. */
    Optional<Path> locate(MacAddress mac);

    /** Makes something go wrong, as far as this machine can. */
    void disturb(StressAction stressAction);

    /** Nothing that was made to go wrong does any more, and what hangs goes on. */
    void heal();

    /** Detaches an ENI, by number, behind the manager's back. */
    void detach(int number, StressOracle stressOracle);

    /** Attaches the detached ENIs again where the cloud allows it; the number that were refused. */
    int attachAgain(Set<String> enis);

    /** The ENIs and devices that exist beside the listed ENIs, or are missing. */
    List<String> residue(List<Eni> listed);

    @Override
    void close();
}
