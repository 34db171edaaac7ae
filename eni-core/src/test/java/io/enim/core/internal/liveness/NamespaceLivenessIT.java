package io.enim.core.internal.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces that are really mounted, in a mount namespace that ends with this JVM. */
class NamespaceLivenessIT {
    private static final Path OWN = Path.of("/proc/self/ns/net");
    private static final Path NAMED = Path.of("/run/netns");
    private static int number;

    private final NamespaceLiveness liveness = new NamespaceLiveness();

    @BeforeEach
    void needsNamespaces() {
        assumeTrue(
                System.getProperty("enim.it.namespaces", "").equals("private"),
                () -> "no namespaces of its own: " + System.getProperty("enim.it.namespaces.reason"));
    }

    @Test
    void theTableSaysWhatStatSays() throws Exception {
        Path mounted = mounted(NAMED.resolve("plain" + ++number));
        Path spaced = mounted(NAMED.resolve("with space and ü" + ++number));

        MountTable table = MountTable.read(Path.of("/proc/self/mountinfo"), MountTable.none());

        assertThat(table.at(mounted.toString())).contains(seen(mounted));
        assertThat(table.at(spaced.toString())).contains(seen(spaced));
    }

    @Test
    void aMountedNamespaceIsAliveByTheTableAlone() throws Exception {
        Path path = mounted(NAMED.resolve("alive" + ++number));
        liveness.refresh();

        assertThat(assess(path, seen(path)))
                .isEqualTo(new Verdict(State.ALIVE, "its namespace is mounted where it was"));
    }

    @Test
    void aDirectoryMayBeALink() throws Exception {
        Path path = mounted(NAMED.resolve("linked" + ++number));
        Path link = Files.createSymbolicLink(Path.of("/run", "link" + number), NAMED);
        liveness.refresh();

        assertThat(assess(link.resolve(path.getFileName()), seen(path)).evidence())
                .isEqualTo("its namespace is mounted where it was");
    }

    @Test
    void anotherNamespaceAtThePathIsNotTheOneThatWasRecorded() throws Exception {
        Path path = mounted(NAMED.resolve("other" + ++number));
        NamespaceId now = seen(path);
        liveness.refresh();

        assertThat(assess(path, new NamespaceId(now.device(), now.inode() + 1, 0))
                        .state())
                .isEqualTo(State.GONE);
    }

    @Test
    void aNamespaceThatIsUnmountedIsGoneAtTheNextRound() throws Exception {
        Path path = mounted(NAMED.resolve("dying" + ++number));
        NamespaceId id = seen(path);
        liveness.refresh();
        assertThat(assess(path, id).state()).isEqualTo(State.ALIVE);

        run("umount", path.toString());
        liveness.refresh();

        assertThat(assess(path, id).state())
                .as("the file is there, and is no namespace any more")
                .isEqualTo(State.GONE);
    }

    @Test
    void whatIsMountedOnTopIsWhatCounts() throws Exception {
        Path path = mounted(NAMED.resolve("covered" + ++number));
        NamespaceId id = seen(path);
        Path cover = Files.createFile(Path.of("/run", "cover" + number));
        run("mount", "--bind", cover.toString(), path.toString());
        liveness.refresh();

        assertThat(assess(path, id).state()).isEqualTo(State.GONE);
    }

    private Verdict assess(Path path, NamespaceId id) {
        Endpoint endpoint = Endpoint.of("default", "web", "c1");
        Eni eni = new Eni(
                "eni-1",
                MacAddress.parse("02:00:00:00:00:01"),
                Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
                Optional.empty(),
                "",
                0,
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        return liveness.assess(new Assignment(
                endpoint,
                eni,
                Phase.ADDED,
                Optional.of(new Sandbox(path, id)),
                Optional.empty(),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                ""));
    }

    private static NamespaceId seen(Path path) throws IOException {
        return new NamespaceId(
                ((Number) Files.getAttribute(path, "unix:dev")).longValue(),
                ((Number) Files.getAttribute(path, "unix:ino")).longValue(),
                0);
    }

    private static Path mounted(Path path) throws Exception {
        Files.createDirectories(path.getParent());
        Files.createFile(path);
        run("mount", "--bind", OWN.toString(), path.toString());
        return path;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
