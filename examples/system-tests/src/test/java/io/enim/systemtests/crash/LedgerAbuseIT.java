package io.enim.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.systemtests.crash.NodeProcess.NodeReply;
import io.enim.systemtests.crash.NodeSnapshot.LedgerRecord;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger's files under abuse, seen from outside: a process over real devices, its directories on file systems of their
 * own. Nothing of it keeps a node from starting, nothing is erased, everything is said; who lives keeps its device, and
 * what no endpoint is known to hold goes to no other while its device is away (F3).
 */
@PrivateNamespaces
class LedgerAbuseIT {
    /** Four ENIs, two endpoints that hold one each. */
    private static final int SEED = 2;

    private static final String VICTIM = "bystander0";
    private static final String OTHER = "bystander1";

    private static NodeJvm nodeJvm;

    @TempDir
    private Path directory;

    private CrashTestbed testbed;

    @BeforeAll
    static void prepare(@TempDir Path directory) {
        nodeJvm = NodeJvm.withArchive(directory);
    }

    @BeforeEach
    void begin() throws Exception {
        for (String name : List.of("run", "state")) {
            command("mount -t tmpfs -o size=128k,mode=0700 tmpfs " + Files.createDirectory(directory.resolve(name)));
        }
        testbed = new CrashTestbed(nodeJvm, directory, SEED, SeededBug.NONE);
    }

    @AfterEach
    void end() throws Exception {
        testbed.close();
        for (String name : List.of("run", "state")) {
            command("umount --lazy " + directory.resolve(name));
        }
    }

    private static void command(String command) throws IOException, InterruptedException {
        HostPrograms.run(command.split(" ")).successful();
    }

    private Path assignments() {
        return testbed.runDirectory().resolve("assignments");
    }

    private Path recordOf(String endpoint) throws IOException {
        try (Stream<Path> files = Files.list(assignments())) {
            return files.filter(file -> file.getFileName().toString().contains("=" + endpoint + "-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private LedgerRecord ledgerOf(String endpoint) {
        return testbed.snapshot().ledger().stream()
                .filter(entry -> entry.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(assignments().resolve("set-aside"))) {
            return files.toList();
        }
    }

    /** An operation fails, and its error says all of this. */
    private static void assertRefused(NodeReply reply, String... said) {
        assertThat(reply.error()).get().asString().contains(said);
    }

    private void assertNothingIsBroken() {
        assertThat(CrashOracle.violations(testbed, Set.of())).isEmpty();
    }

    private void assertNoDifference(String endpoint) {
        assertThat(testbed.ask("check " + endpoint).orFail()).isEmpty();
    }

    private void awaitTwoReady(String what) {
        CrashTestbed.await(what, () -> testbed.count("READY") == 2);
    }

    private String health() {
        return String.join("\n", testbed.ask("health").orFail());
    }

    /** As the machine's supervisor does: SIGKILL, and the next process. */
    private void restart() {
        testbed.startSuccessor();
        testbed.start("");
        testbed.awaitFirstDescribe();
        testbed.ask("gc").orFail();
        testbed.ask("gc").orFail();
    }

    private String placeOf(String mac) {
        return testbed.snapshot().devices().get(mac).get(0).place();
    }

    /** The endpoint whose record is lost lives on with its device, and no other gets its ENI. */
    private void assertLostIsLeftAlone(LedgerRecord lost) {
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        assertThat(testbed.enis()).noneMatch(eni -> eni[0].equals(lost.eni()) && eni[2].matches("READY|IN_USE"));
        awaitTwoReady("the others are ready");
        for (String name : List.of("new0", "new1", "new2")) {
            assertThat(String.join("\n", testbed.add(name).lines())).doesNotContain(lost.eni() + " ");
        }
        assertNoDifference(OTHER);
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        testbed.stage.delete(VICTIM);
        CrashTestbed.await(
                "it is ready once its endpoint has ended",
                () -> testbed.enis().stream().anyMatch(eni -> eni[0].equals(lost.eni()) && eni[2].equals("READY")));
    }

    private void abuse(byte[] bytes, String said) throws IOException {
        LedgerRecord lost = ledgerOf(VICTIM);
        Path file = recordOf(VICTIM);
        Files.write(file, bytes);
        restart();
        assertThat(health()).contains(file.getFileName().toString(), said, "set-aside");
        assertThat(setAside())
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
    void f3_anUnknownVersionIsSetAsideAndItsEndpointLivesOn() throws IOException {
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
        assertNothingIsBroken();
        assertThat(health()).doesNotContain("set-aside");
    }

    @Test
    void f3_whatMayNotBeReadIsSetAsideAndItsEndpointLivesOn() throws IOException {
        // A process that owns everything is refused nothing; this one has given that up.
        testbed.prepareSuccessor("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search", "--");
        LedgerRecord lost = ledgerOf(VICTIM);
        Path file = recordOf(VICTIM);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        restart();
        assertThat(health()).contains(file.getFileName().toString(), "cannot be read", "set-aside");
        assertThat(setAside()).hasSize(1);
        assertLostIsLeftAlone(lost);
    }

    @Test
    void f3_recordsThatAreGoneLeaveTheirEndpointsAlone() throws Exception {
        LedgerRecord lost = ledgerOf(VICTIM);
        String other = ledgerOf(OTHER).mac();
        command("rm -r " + assignments() + " " + testbed.runDirectory().resolve("homes"));
        assertRefused(testbed.add("new"), "LedgerException", "NoSuchFile");
        assertThat(health()).startsWith("UNAVAILABLE").contains("NoSuchFile");
        assertThat(testbed.snapshot().devices().values())
                .noneMatch(
                        seen -> seen.stream().anyMatch(device -> device.place().equals("new")));

        restart();
        assertThat(placeOf(other)).isEqualTo(OTHER);
        assertThat(placeOf(lost.mac())).isEqualTo(VICTIM);
        awaitTwoReady("the others are ready");
        testbed.add("new").orFail();
        assertThat(ledgerOf("new").eni()).isNotEqualTo(lost.eni());
    }

    private void fill(Path fileSystem) throws IOException {
        try (OutputStream out = Files.newOutputStream(fileSystem.resolve("fill"))) {
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
        fill(testbed.runDirectory());
        assertRefused(testbed.add("new"), "LedgerException", "disk full");
        assertThat(health()).startsWith("UNAVAILABLE").contains("disk full");
        awaitTwoReady("what was claimed is ready again");
        assertRefused(testbed.ask("del " + VICTIM), "LedgerException");
        assertNoDifference(VICTIM);

        Files.delete(testbed.runDirectory().resolve("fill"));
        testbed.add("new").orFail();
        testbed.ask("del " + VICTIM).orFail();
        testbed.ask("del new").orFail();
        assertThat(health()).startsWith("HEALTHY");
    }

    @Test
    void p5_aFullDiskIsNoReasonNotToStart() throws IOException {
        fill(testbed.runDirectory());
        // What lies in the state directory itself would be set aside as no record.
        Path below = Files.createDirectory(testbed.stateDirectory().resolve("others"));
        fill(below);
        restart();
        Files.delete(testbed.runDirectory().resolve("fill"));
        Files.delete(below.resolve("fill"));
        assertNothingIsBroken();
        awaitTwoReady("there is an ENI");
        testbed.add("new").orFail();
    }

    @Test
    void p2_onADiskThatBecameReadOnlyNothingIsBegunAndAllIsSaid() throws Exception {
        // Laid over the directory: a mount that is being written to cannot be made read-only.
        String path = assignments().toString();
        command("mount -t tmpfs -o ro tmpfs " + path);
        assertRefused(testbed.add("new"), "LedgerException", "Read-only file system");
        assertThat(health()).startsWith("UNAVAILABLE").contains("Read-only file system");
        testbed.ask("gc").orFail();
        assertNoDifference(VICTIM);

        // A process that could record nothing must not serve: it says what is wrong, and does not begin.
        testbed.startSuccessor();
        assertRefused(testbed.tryStart(""), "LedgerException", path, "can write");
        command("umount " + path);
        testbed.start("");
        testbed.awaitFirstDescribe();
        assertNothingIsBroken();
    }

    @Test
    void p1_aSecondProcessIsRefusedWithTheFirstsId() {
        assertRefused(testbed.startAnother(), "LedgerException", "process " + testbed.pid(), "stop that one");
        assertNothingIsBroken();
    }
}
