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

    /** Where the device is: the path of its sandbox, {@code /} for home, empty for nowhere. */
    Optional<Path> locate(MacAddress mac);

    /** Makes something go wrong, as far as this machine can. */
    void disturb(StressAction stressAction);

    /** Nothing that was made to go wrong does any more, and what hangs goes on. */
    void heal();

    /** Somebody detaches an ENI, by number, without asking the manager. */
    void detach(int number, StressOracle stressOracle);

    /** Whoever detached these attaches them again, if he can; says how many were refused. */
    int attachAgain(Set<String> enis);

    /** What is in the cloud or at home beside the listed ENIs, or missing there. */
    List<String> residue(List<Eni> listed);

    @Override
    void close();
}
