package io.enim.core.internal.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.ClosedException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.core.Overriding;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordStoreTest {
    private static final Map<String, String> FIELDS = Map.of("kind", "create", "token", "t-1");

    @TempDir
    Path root;

    private RecordStore records;

    @BeforeEach
    void open() {
        open(Durability.MACHINE);
    }

    private void open(Durability durability) {
        records = RecordStore.open(Disk.OF_THE_MACHINE, directory(), durability, Clock.systemUTC());
    }

    private void reopen(Durability durability) {
        records.close();
        open(durability);
    }

    @AfterEach
    void close() {
        records.close();
    }

    private Path directory() {
        return root.resolve("a").resolve("state");
    }

    private Path file(String name) {
        return directory().resolve(name);
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(file("set-aside"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aRecordIsThereForTheNextProcess(Durability durability) {
        reopen(durability);
        records.put("one", FIELDS);
        records.put("two", Map.of());
        records.put("one", Map.of("kind", "retire"));
        records.put("gone", FIELDS);
        records.remove("gone");
        records.remove("never was");
        reopen(durability);
        RecordContents contents = records.readAll();
        assertThat(contents.records()).isEqualTo(Map.of("one", Map.of("kind", "retire"), "two", Map.of()));
        assertThat(contents.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", ".hidden", "a/b", "eni-0:1@x", "ü 漢", "%41", "lock", "a=b\nc"})
    void namesAreDataAndStayInTheDirectory(String name) throws IOException {
        records.put(name, Map.of(name, name));
        assertThat(records.readAll().records()).isEqualTo(Map.of(name, Map.of(name, name)));
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.filter(Files::isRegularFile))
                    .allMatch(file -> file.getParent().equals(directory()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "../../etc/passwd", ".hidden", "ü 漢", "x.new", "x.rec"})
    void p5_aPendingRecordIsReadApartUntilItIsConfirmed(String name) {
        records.putPending(name, FIELDS);
        for (int start = 0; start < 2; start++) {
            RecordContents before = records.readAll();
            assertThat(before.records()).isEmpty();
            assertThat(before.pending()).isEqualTo(Map.of(name, FIELDS));
            reopen(Durability.MACHINE);
        }
        records.readAll();
        assertThat(records.confirm(name)).isTrue();
        RecordContents after = records.readAll();
        assertThat(after.records()).isEqualTo(Map.of(name, FIELDS));
        assertThat(after.pending()).isEmpty();
        assertThat(after.notes()).isEmpty();
        assertThat(records.confirm(name)).as("it is pending no longer").isFalse();
    }

    @Test
    void p5_aPendingRecordIsReplacedAndRemovedLikeARecord() {
        records.putPending("one", Map.of());
        records.putPending("one", FIELDS);
        records.putPending("two", FIELDS);
        records.remove("two");
        assertThat(records.readAll().pending()).isEqualTo(Map.of("one", FIELDS));
        records.put("one", Map.of());
        assertThat(records.readAll().pending()).isEmpty();
        assertThat(records.readAll().records()).isEqualTo(Map.of("one", Map.of()));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> records.put("", FIELDS)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> records.put("x".repeat(241), FIELDS)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> records.put("x", Map.of("big", "x".repeat(RecordFiles.MAX_BYTES))))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(records.readAll().records()).isEmpty();
    }

    @Test
    void f3_aTornRecordIsSetAsideAndNeverErased() throws IOException {
        records.put("whole", FIELDS);
        records.put("torn", FIELDS);
        byte[] bytes = Files.readAllBytes(file("torn.rec"));
        for (int length = 0; length < bytes.length; length++) {
            byte[] torn = Arrays.copyOf(bytes, length);
            Files.write(file("torn.rec"), torn);
            reopen(Durability.MACHINE);
            RecordContents contents = records.readAll();
            assertThat(contents.records()).containsOnlyKeys("whole");
            assertThat(contents.unreadable()).containsOnlyKeys("torn");
            assertThat(records.setAside("torn", "torn")).contains("torn.rec", "set-aside");
            assertThat(records.readAll().unreadable()).isEmpty();
            assertThat(setAside())
                    .hasSize(length + 1)
                    .anySatisfy(file -> assertThat(Files.readAllBytes(file)).isEqualTo(torn));
        }
    }

    @Test
    void p6_aWriteThatHangsDelaysNoOtherRecord() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Map<String, String> slow = new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                writing.countDown();
                Uninterruptibles.awaitUninterruptibly(goOn);
                return FIELDS.entrySet();
            }
        };
        Thread writer = new Thread(() -> records.put("slow", slow));
        writer.start();
        writing.await();
        for (int i = 0; i < 100; i++) {
            records.put("other-" + i, FIELDS);
        }
        records.remove("other-0");
        assertThat(records.readAll().records()).hasSize(99).doesNotContainKey("slow");
        goOn.countDown();
        writer.join();
        assertThat(records.readAll().records()).hasSize(100).containsEntry("slow", FIELDS);
    }

    @Test
    void p1_eachFlippedBitIsSeen() {
        RecordFormat format = new RecordFormat(RecordFormat.VERSION);
        byte[] bytes = format.write(FIELDS);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> format.read(damaged)).isInstanceOf(RecordFormat.UnreadableException.class);
        }
    }

    @Test
    void aSealedBodyWhoseLastLineDoesNotEndIsUnreadable() {
        RecordFormat format = new RecordFormat(RecordFormat.VERSION);
        String body = "enim-record 1\na=b";
        CRC32C sum = new CRC32C();
        sum.update(body.getBytes(StandardCharsets.US_ASCII));
        String sealed = body + "sum=" + HexFormat.of().toHexDigits(sum.getValue(), 8) + "\n";
        assertThatThrownBy(() -> format.read(sealed.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(RecordFormat.UnreadableException.class)
                .hasMessageContaining("does not end");
    }

    @Test
    void anInterruptedReplacementLeavesTheUnreadableRecordOrTheNewOne() throws IOException {
        Files.writeString(file("one.rec"), "noise");
        Files.createFile(file("set-aside"));
        assertThatThrownBy(() -> records.replaceUnreadable("one", FIELDS)).isInstanceOf(LedgerException.class);
        assertThat(records.readAll().unreadable()).containsOnlyKeys("one");
        Files.delete(file("set-aside"));
        records.replaceUnreadable("one", FIELDS);
        assertThat(records.readAll().records()).isEqualTo(Map.of("one", FIELDS));
        assertThat(setAside())
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasContent("noise"));
    }

    @Test
    void garbageIsSetAsideAndStrangersOfOtherKindsAreLeftAlone() throws IOException {
        Files.write(file("noise.rec"), new byte[] {0, -1, 27, 10});
        Files.writeString(file("notes.txt"), "hello");
        Files.writeString(file("%zz.rec"), "hello");
        Files.writeString(file(" ".repeat(81) + ".rec"), "its escapes are too long");
        Files.writeString(file("\u00fc".repeat(41) + ".rec"), "its escapes are too long");
        Files.write(file("huge.rec"), new byte[RecordFiles.MAX_BYTES + 1]);
        Files.writeString(file("7.tmp"), "enim-record 1\nki");
        Files.createDirectory(file("sub"));
        Files.createSymbolicLink(file("link.rec"), Path.of("nowhere"));
        RecordContents contents = records.readAll();
        assertThat(contents.records()).isEmpty();
        assertThat(contents.unreadable()).containsOnlyKeys("noise", "huge");
        assertThat(contents.notes()).hasSize(5);
        assertThat(setAside()).hasSize(5);
        assertThat(file("sub")).isDirectory();
        assertThat(Files.isSymbolicLink(file("link.rec"))).isTrue();
    }

    @Test
    void aVersionReadsTheOneBeforeAndSetsAsideWhatItDoesNotKnow() throws IOException {
        records.put("one", FIELDS);
        records.close();
        RecordFormat next = new RecordFormat(RecordFormat.VERSION + 1);
        try (RecordStore upgraded =
                RecordStore.open(Disk.OF_THE_MACHINE, directory(), Durability.PROCESS, Clock.systemUTC(), next)) {
            assertThat(upgraded.readAll().records()).isEqualTo(Map.of("one", FIELDS));
            upgraded.put("one", FIELDS);
        }
        open();
        assertThat(records.readAll().unreadable().get("one")).contains("version");
    }

    @Test
    void whatItsOwnerCannotUnderstandIsSetAsideToo() throws IOException {
        records.put("odd", FIELDS);
        assertThat(records.setAside("odd", "no such kind")).contains("odd.rec", "no such kind", "set-aside");
        assertThat(records.readAll().records()).isEmpty();
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void aSecondOwnerInThisProcessIsRefusedAndDoesNotEndTheFirstsLock() throws Exception {
        assertThatThrownBy(this::open)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        assertThat(tryFromAnotherProcess())
                .contains("process " + ProcessHandle.current().pid());
        records.put("still", FIELDS);
        records.close();
        assertThat(tryFromAnotherProcess()).contains("took it");
    }

    @Test
    void p17_aSecondClassLoaderIsRefusedAndDoesNotEndTheFirstsLock() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(":")) {
            urls.add(Path.of(path).toUri().toURL());
        }
        try (URLClassLoader second =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Method acquire = second.loadClass(DirectoryLock.class.getName()).getDeclaredMethod("acquire", Path.class);
            acquire.setAccessible(true);
            assertThatThrownBy(() -> acquire.invoke(null, directory()))
                    .rootCause()
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        assertThat(tryFromAnotherProcess())
                .contains("process " + ProcessHandle.current().pid());
    }

    private String tryFromAnotherProcess() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Taker.class.getName(),
                        directory().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        other.waitFor();
        return said;
    }

    /** Another process that wants the directory. */
    static final class Taker {
        private Taker() {}

        public static void main(String[] args) {
            try (RecordStore mine =
                    RecordStore.open(Disk.OF_THE_MACHINE, Path.of(args[0]), Durability.PROCESS, Clock.systemUTC())) {
                System.out.println("took it: " + mine.readAll().records());
            } catch (LedgerException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aFailingDiskIsSaidAndForgottenOnceItWorks() throws IOException {
        Path blocked = file("one.rec");
        Files.createDirectory(blocked);
        Files.createFile(blocked.resolve("x"));
        assertThatThrownBy(() -> records.put("one", FIELDS))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("one.rec");
        assertThat(records.failure()).get().asString().contains("one.rec");
        try (Stream<Path> left = Files.list(directory())) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
        records.put("two", FIELDS);
        assertThat(records.failure()).isEmpty();
    }

    /** Its public method replaces that of the disk: the first removal takes effect and fails all the same. */
    static final class DeleteOfLostAnswer {
        private boolean answered;

        public boolean delete(Path file) throws IOException {
            boolean deleted = Disk.OF_THE_MACHINE.delete(file);
            if (!answered) {
                answered = true;
                throw new IOException("its answer was lost");
            }
            return deleted;
        }
    }

    @Test
    void p15_aRemovalThatTookEffectThoughItFailedIsNoFailureOnceItIsRepeated() {
        records.close();
        Disk disk = Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, new DeleteOfLostAnswer());
        try (RecordStore store = RecordStore.open(disk, directory(), Durability.MACHINE, Clock.systemUTC())) {
            store.put("one", FIELDS);
            assertThatThrownBy(() -> store.remove("one")).isInstanceOf(LedgerException.class);
            assertThat(store.failure()).isPresent();
            store.remove("one");
            assertThat(store.failure()).isEmpty();
        }
    }

    /** Its public method replaces that of the disk: it is full until it is not. */
    static final class FullDisk {
        private boolean full;

        public void write(Path file, byte[] bytes, Durability durability) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            Disk.OF_THE_MACHINE.write(file, bytes, durability);
        }
    }

    @Test
    void p20_aDiskThatCanBeWrittenAgainIsNoFailureThoughNothingIsWritten() throws IOException {
        records.close();
        FullDisk fullDisk = new FullDisk();
        Disk disk = Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, fullDisk);
        try (RecordStore store = RecordStore.open(disk, directory(), Durability.MACHINE, Clock.systemUTC())) {
            fullDisk.full = true;
            assertThatThrownBy(() -> store.put("one", FIELDS)).isInstanceOf(LedgerException.class);
            store.tryAgain();
            assertThat(store.failure()).get().asString().contains("one.rec");
            fullDisk.full = false;
            store.tryAgain();
            assertThat(store.failure()).isEmpty();
            assertThat(store.readAll()).isEqualTo(new RecordContents(Map.of(), Map.of(), Map.of(), List.of()));
        }
    }

    @Test
    void anInterruptNeitherTearsAWriteNorGetsLost() {
        Thread.currentThread().interrupt();
        records.put("one", FIELDS);
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        records.remove("one");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(records.readAll().records()).isEmpty();
    }

    @Test
    void p5_interruptsAtAnyMomentTearNoRecord() throws InterruptedException {
        reopen(Durability.PROCESS);
        Thread writer = new Thread(() ->
                IntStream.range(0, 500).forEach(i -> records.put("r" + i, Map.of("i", "x".repeat(10_000)))));
        writer.start();
        while (writer.isAlive()) {
            writer.interrupt();
        }
        writer.join();
        RecordContents contents = records.readAll();
        assertThat(contents.records()).hasSize(500);
        assertThat(contents.notes()).isEmpty();
    }

    @Test
    void directoriesAndFilesAreOurs() throws IOException {
        records.put("one", FIELDS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("one.rec"))))
                .isEqualTo("rw-------");
    }

    @Test
    void manyWritersOfDifferentRecordsDoNotMeet() {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        reopen(Durability.PROCESS);
        try {
            IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> records.put("r" + i, Map.of("i", "" + i)), threads))
                    .toList()
                    .forEach(CompletableFuture::join);
            assertThat(records.readAll().records()).hasSize(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void afterCloseNothingIsWritten() {
        records.close();
        records.close();
        assertThatThrownBy(() -> records.put("one", FIELDS)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(records::readAll).isInstanceOf(ClosedException.class);
    }
}
