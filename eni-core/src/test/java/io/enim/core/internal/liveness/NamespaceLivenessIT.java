package io.enim.core.internal.liveness;

import static io.enim.core.internal.liveness.LivenessArbiterTest.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import io.enim.spi.NamespaceId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces that are really mounted, in a mount namespace that ends with this JVM. */
class NamespaceLivenessIT {
    private static final Path OWN = Path.of("/proc/self/ns/net");
    private static final Path NAMED = Path.of("/run/netns");
    private static int number;

    private final NamespaceLiveness liveness = new NamespaceLiveness(Disk.OF_THE_MACHINE);

    @BeforeEach
    void needsNamespaces() {
        assumeTrue(
                System.getProperty("enim.it.namespaces", "").equals("private"),
                () -> "no namespaces of its own: " + System.getProperty("enim.it.namespaces.reason"));
    }

    @Test
    void theTableSaysWhatStatSays() throws Exception {
        Path mounted = mounted("plain");
        Path spaced = mounted("with space and ü");

        MountTable table = MountTable.read(Disk.OF_THE_MACHINE, Path.of("/proc/self/mountinfo"), MountTable.none());

        assertThat(table.at(mounted.toString())).contains(idOf(mounted));
        assertThat(table.at(spaced.toString())).contains(idOf(spaced));
    }

    @Test
    void aMountedNamespaceIsAliveByTheTableAlone() throws Exception {
        Path path = mounted("alive");
        liveness.refresh(10_000);

        assertThat(assess(path, idOf(path)))
                .isEqualTo(new Verdict(State.ALIVE, "its namespace is mounted where it was"));
    }

    @Test
    void aDirectoryMayBeALink() throws Exception {
        Path path = mounted("linked");
        Path link = Files.createSymbolicLink(Path.of("/run", "link" + number), NAMED);
        liveness.refresh(10_000);

        assertThat(assess(link.resolve(path.getFileName()), idOf(path)).evidence())
                .isEqualTo("its namespace is mounted where it was");
    }

    @Test
    void anotherNamespaceAtThePathIsNotTheOneThatWasRecorded() throws Exception {
        Path path = mounted("other");
        NamespaceId now = idOf(path);
        liveness.refresh(10_000);

        assertThat(assess(path, new NamespaceId(now.device(), now.inode() + 1, 0))
                        .state())
                .isEqualTo(State.GONE);
    }

    @Test
    void aNamespaceThatIsUnmountedIsGoneAtTheNextRound() throws Exception {
        Path path = mounted("dying");
        NamespaceId id = idOf(path);
        liveness.refresh(10_000);
        assertThat(assess(path, id).state()).isEqualTo(State.ALIVE);

        run("umount", path.toString());
        liveness.refresh(10_000);

        assertThat(assess(path, id).state())
                .as("the file is there, and is no namespace any more")
                .isEqualTo(State.GONE);
    }

    @Test
    void whatIsMountedOnTopIsWhatCounts() throws Exception {
        Path path = mounted("covered");
        NamespaceId id = idOf(path);
        Path cover = Files.createFile(Path.of("/run", "cover" + number));
        run("mount", "--bind", cover.toString(), path.toString());
        liveness.refresh(10_000);

        assertThat(assess(path, id).state()).isEqualTo(State.GONE);
    }

    private Verdict assess(Path path, NamespaceId id) {
        return liveness.assess(LivenessArbiterTest.assignment(path, id));
    }

    private static Path mounted(String name) throws Exception {
        Path path = Files.createFile(Files.createDirectories(NAMED).resolve(name + ++number));
        run("mount", "--bind", OWN.toString(), path.toString());
        return path;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
