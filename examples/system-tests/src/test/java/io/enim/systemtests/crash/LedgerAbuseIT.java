package io.enim.examples.agent.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.crash.Facts.Record;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger's files under abuse, seen from outside: a process over real devices, its directories on file systems of their
 * own. Nothing of it keeps a node from starting, nothing is erased, everything is said; who lives keeps its device, and
 * what nobody is known to hold goes to nobody else while its device is away (F3).
 */
@PrivateNamespaces
class LedgerAbuseIT {
    /** Four ENIs, two endpoints that hold one each. */
    private static final int SEED = 2;

    private static final String VICTIM = "bystander0";
    private static final String OTHER = "bystander1";

    @TempDir
    private Path directory;

    private Ground ground;

    @BeforeEach
    void begin() throws Exception {
        for (String name : List.of("run", "state")) {
            Files.createDirectory(directory.resolve(name));
            command(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "size=128k,mode=0700",
                    "tmpfs",
                    directory.resolve(name).toString());
        }
        ground = new Ground(new Jvm(directory), directory, SEED, Flaw.NONE);
    }

    @AfterEach
    void end() throws Exception {
        ground.close();
        for (String name : List.of("run", "state")) {
            command("umount", "--lazy", directory.resolve(name).toString());
        }
    }

    private static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", words) + ": " + said)
                .isZero();
    }

    private Path assignments() {
        return ground.runDirectory().resolve("assignments");
    }

    private Path recordOf(String endpoint) throws IOException {
        try (Stream<Path> files = Files.list(assignments())) {
            return files.filter(file -> file.getFileName().toString().startsWith(endpoint))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Record ledgerOf(String endpoint) {
        return ground.facts().ledger().stream()
                .filter(record -> record.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> setAside(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of.resolve("set-aside"))) {
            return files.toList();
        }
    }

    private String health() {
        return String.join("\n", ground.ask("health").orFail("health"));
    }

    /** As the machine's supervisor does: SIGKILL, and the next process. */
    private void restart() {
        ground.succeed();
        ground.start("");
        ground.awaitHeard();
        ground.ask("gc").orFail("gc");
        ground.ask("gc").orFail("gc");
    }

    private String placeOf(String mac) {
        return ground.facts().devices().get(mac).get(0).place();
    }

    /** The endpoint whose record is lost lives on with its device, and nobody else gets its ENI. */
    private void assertLostIsLeftAlone(Record lost) {
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        assertThat(ground.enis().stream()
                        .filter(eni -> eni[0].equals(lost.eni()))
                        .map(eni -> eni[2]))
                .doesNotContain("READY", "IN_USE");
        Ground.await("the others are ready", () -> ground.count("READY") == 2);
        for (String name : List.of("new0", "new1", "new2")) {
            ground.sandbox(name);
            String answer = ground.add(name).lines().stream().findFirst().orElse("");
            assertThat(answer).doesNotContain(lost.eni() + " ");
        }
        assertThat(ground.ask("check " + OTHER).orFail("check")).isEmpty();
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        ground.endSandbox(VICTIM);
        Ground.await(
                lost.eni() + " is ready once its endpoint has ended",
                () -> ground.enis().stream().anyMatch(eni -> eni[0].equals(lost.eni()) && eni[2].equals("READY")));
    }

    private void abuse(byte[] bytes, String said) throws IOException {
        Record lost = ledgerOf(VICTIM);
        Path file = recordOf(VICTIM);
        Files.write(file, bytes);
        restart();
        assertThat(health()).contains(file.getFileName().toString(), said, "set-aside");
        assertThat(setAside(assignments()))
                .singleElement()
                .satisfies(aside -> assertThat(aside).hasBinaryContent(bytes));
        assertLostIsLeftAlone(lost);
    }

    @Test
    void f3_aTornRecordIsSetAsideAndItsEndpointLivesOn() throws IOException {
        byte[] whole = Files.readAllBytes(recordOf(VICTIM));
        abuse(Arrays.copyOf(whole, whole.length / 2), "torn");
    }

    @Test
    void f3_garbageIsSetAsideAndItsEndpointLivesOn() throws IOException {
        abuse(new byte[] {0, -1, 27, 10, 13, 0}, "torn");
    }

    @Test
    void f3_aVersionThatNobodyKnowsIsSetAsideAndItsEndpointLivesOn() throws IOException {
        abuse(inVersion(7, recordOf(VICTIM)), "version is unknown");
    }

    /** The same record as another version would write it, checksum included. */
    private static byte[] inVersion(int version, Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        String body =
                text.substring(0, text.lastIndexOf("sum=")).replaceFirst("enim-record \\d+", "enim-record " + version);
        CRC32C sum = new CRC32C();
        sum.update(body.getBytes(StandardCharsets.US_ASCII));
        return (body + String.format(Locale.ROOT, "sum=%08x%n", sum.getValue())).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void p5_theVersionBeforeIsReadAsIfItWereOurs() throws IOException {
        Files.write(recordOf(VICTIM), inVersion(0, recordOf(VICTIM)));
        restart();
        assertThat(Promises.broken(ground, Set.of())).isEmpty();
        assertThat(health()).doesNotContain("set-aside");
    }

    @Test
    void f3_whatMayNotBeReadIsSetAsideAndItsEndpointLivesOn() throws IOException {
        // A process that owns everything is refused nothing; this one has given that up.
        ground.startBehind("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search", "--");
        Record lost = ledgerOf(VICTIM);
        Path file = recordOf(VICTIM);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        restart();
        assertThat(health()).contains(file.getFileName().toString(), "cannot be read", "set-aside");
        assertThat(setAside(assignments())).hasSize(1);
        assertLostIsLeftAlone(lost);
    }

    @Test
    void f3_recordsThatAreGoneLeaveTheirEndpointsAlone() throws Exception {
        Record lost = ledgerOf(VICTIM);
        String other = ledgerOf(OTHER).mac();
        command("rm", "-r", ground.runDirectory() + "/assignments", ground.runDirectory() + "/homes");
        ground.sandbox("new");
        assertThat(ground.add("new").error()).get().asString().contains("LedgerException", "NoSuchFile");
        assertThat(health()).startsWith("UNAVAILABLE").contains("NoSuchFile");
        assertThat(ground.facts().devices().values().stream()
                        .flatMap(List::stream)
                        .map(Facts.Seen::place))
                .doesNotContain("new");

        restart();
        assertThat(placeOf(other)).isEqualTo(OTHER);
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        Ground.await("the others are ready", () -> ground.count("READY") == 2);
        ground.add("new").orFail("add");
        assertThat(ledgerOf("new").eni()).isNotEqualTo(lost.eni());
    }

    private void fill(Path fileSystem) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                fileSystem.resolve("fill"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            byte[] page = new byte[4096];
            for (int i = 0; i < 10_000; i++) {
                out.write(page);
            }
            throw new AssertionError("the file system does not get full");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void p2_onAFullDiskNothingIsBegunAndAllIsSaid() throws IOException {
        fill(ground.runDirectory());
        ground.sandbox("new");
        assertThat(ground.add("new").error()).get().asString().contains("LedgerException", "disk full");
        assertThat(health()).startsWith("UNAVAILABLE").contains("disk full");
        Ground.await("what was claimed is ready again", () -> ground.count("READY") == 2);
        assertThat(ground.ask("del " + VICTIM).error()).get().asString().contains("LedgerException");
        assertThat(ground.ask("check " + VICTIM).orFail("check")).isEmpty();

        Files.delete(ground.runDirectory().resolve("fill"));
        ground.add("new").orFail("add");
        ground.ask("del " + VICTIM).orFail("del");
        ground.ask("del new").orFail("del");
        assertThat(health()).startsWith("HEALTHY");
    }

    @Test
    void p5_aFullDiskIsNoReasonNotToStart() throws IOException {
        fill(ground.runDirectory());
        // What lies in the state directory itself would be set aside as no record.
        Path below = Files.createDirectory(ground.stateDirectory().resolve("others"));
        fill(below);
        restart();
        Files.delete(ground.runDirectory().resolve("fill"));
        Files.delete(below.resolve("fill"));
        assertThat(Promises.broken(ground, Set.of())).isEmpty();
        ground.sandbox("new");
        Ground.await("there is an ENI", () -> ground.count("READY") == 2);
        ground.add("new").orFail("add");
    }

    @Test
    void p2_onADiskThatBecameReadOnlyNothingIsBegunAndAllIsSaid() throws Exception {
        // Laid over the directory: a mount that somebody writes to cannot be made read-only.
        String path = assignments().toString();
        command("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", path);
        ground.sandbox("new");
        assertThat(ground.add("new").error()).get().asString().contains("LedgerException", "Read-only file system");
        assertThat(health()).startsWith("UNAVAILABLE").contains("Read-only file system");
        ground.ask("gc").orFail("gc");
        assertThat(ground.ask("check " + VICTIM).orFail("check")).isEmpty();

        // A process that could record nothing must not serve: it says what is wrong, and does not begin.
        ground.succeed();
        assertThat(ground.tryStart().error()).get().asString().contains("LedgerException", path, "can write");
        command("umount", path);
        ground.start("");
        ground.awaitHeard();
        assertThat(Promises.broken(ground, Set.of())).isEmpty();
    }

    @Test
    void p1_aSecondProcessIsRefusedWithTheFirstsId() {
        assertThat(ground.startAnother().error())
                .get()
                .asString()
                .contains("LedgerException", "process " + ground.pid(), "stop that one");
        assertThat(Promises.broken(ground, Set.of())).isEmpty();
    }
}
