package io.enim.core.internal.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.enim.ClosedException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordStoreTest {
    private static final Map<String, String> FIELDS = Map.of("kind", "create", "token", "t-1");

    @TempDir
    Path root;

    private RecordStore open() {
        return open(Durability.MACHINE);
    }

    private RecordStore open(Durability durability) {
        return RecordStore.open(directory(), durability, Clock.systemUTC());
    }

    private Path directory() {
        return root.resolve("a").resolve("state");
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(directory().resolve("set-aside"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aRecordIsThereForTheNextProcess(Durability durability) {
        try (RecordStore first = open(durability)) {
            first.put("one", FIELDS);
            first.put("two", Map.of());
            first.put("one", Map.of("kind", "retire"));
            first.put("gone", FIELDS);
            first.remove("gone");
            first.remove("never was");
        }
        try (RecordStore next = open(durability)) {
            RecordStore.Contents contents = next.readAll();
            assertThat(contents.records()).isEqualTo(Map.of("one", Map.of("kind", "retire"), "two", Map.of()));
            assertThat(contents.notes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", ".hidden", "a/b", "eni-0:1@x", "ü 漢", "%41", "lock", "a=b\nc"})
    void namesAreDataAndStayInTheDirectory(String name) throws IOException {
        try (RecordStore records = open()) {
            records.put(name, Map.of(name, name));
            assertThat(records.readAll().records()).isEqualTo(Map.of(name, Map.of(name, name)));
        }
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.filter(Files::isRegularFile))
                    .allMatch(file -> file.getParent().equals(directory()));
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        try (RecordStore records = open()) {
            assertThatThrownBy(() -> records.put("", FIELDS)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> records.put("x".repeat(241), FIELDS)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> records.put("x", Map.of("big", "x".repeat(RecordFiles.MAX_BYTES))))
                    .isInstanceOf(InvalidRequestException.class);
            assertThat(records.readAll().records()).isEmpty();
        }
    }

    @Test
    void f3_aTornRecordIsSetAsideAndNeverErased() throws IOException {
        try (RecordStore records = open()) {
            records.put("whole", FIELDS);
            records.put("torn", FIELDS);
        }
        byte[] bytes = Files.readAllBytes(directory().resolve("torn.rec"));
        for (int length = 0; length < bytes.length; length++) {
            byte[] torn = Arrays.copyOf(bytes, length);
            Files.write(directory().resolve("torn.rec"), torn);
            try (RecordStore records = open()) {
                RecordStore.Contents contents = records.readAll();
                assertThat(contents.records()).containsOnlyKeys("whole");
                assertThat(contents.notes()).singleElement().asString().contains("torn.rec", "set-aside");
                assertThat(records.readAll().notes()).isEmpty();
            }
            assertThat(setAside())
                    .hasSize(length + 1)
                    .anySatisfy(file -> assertThat(Files.readAllBytes(file)).isEqualTo(torn));
        }
    }

    @Test
    void p6_aWriteThatHangsDelaysNoOtherRecord() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RecordStore records = open();
        Thread writer = new Thread(() -> records.put("slow", slow(writing, goOn)));
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
        records.close();
    }

    /** Fields that hang when they are read, which is within the write. */
    private static Map<String, String> slow(CountDownLatch writing, CountDownLatch goOn) {
        return new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                writing.countDown();
                Uninterruptibles.awaitUninterruptibly(goOn);
                return FIELDS.entrySet();
            }
        };
    }

    @Test
    void p12_aDirectoryIsGivenBackOnlyWhenItsLastWriteHasEnded() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RecordStore records = open();
        Thread writer = new Thread(() -> records.put("late", slow(writing, goOn)));
        writer.start();
        writing.await();
        Thread closer = new Thread(records::close);
        closer.start();
        Awaitility.await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        assertThatThrownBy(this::open).isInstanceOf(LedgerException.class);
        goOn.countDown();
        writer.join();
        closer.join();
        try (RecordStore next = open()) {
            assertThat(next.readAll().records()).containsOnlyKeys("late");
        }
    }

    @Test
    void aFlippedBitIsSeen() throws IOException {
        try (RecordStore records = open()) {
            records.put("one", FIELDS);
            Path file = directory().resolve("one.rec");
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i < bytes.length; i++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= 0x01;
                Files.write(file, damaged);
                assertThat(records.readAll().records()).as("byte %d", i).isEmpty();
            }
        }
    }

    @Test
    void garbageIsSetAsideAndStrangersOfOtherKindsAreLeftAlone() throws IOException {
        try (RecordStore records = open()) {
            Files.write(directory().resolve("noise.rec"), new byte[] {0, -1, 27, 10});
            Files.writeString(directory().resolve("notes.txt"), "hello");
            Files.writeString(directory().resolve("%zz.rec"), "hello");
            Files.write(directory().resolve("huge.rec"), new byte[RecordFiles.MAX_BYTES + 1]);
            Files.writeString(directory().resolve("7.tmp"), "enim-record 1\nki");
            Files.createDirectory(directory().resolve("sub"));
            Files.createSymbolicLink(directory().resolve("link.rec"), Path.of("nowhere"));
            RecordStore.Contents contents = records.readAll();
            assertThat(contents.records()).isEmpty();
            assertThat(contents.notes()).hasSize(5);
            assertThat(setAside()).hasSize(5);
            assertThat(directory().resolve("sub")).isDirectory();
            assertThat(Files.isSymbolicLink(directory().resolve("link.rec"))).isTrue();
        }
    }

    @Test
    void aVersionReadsTheOneBeforeAndSetsAsideWhatItDoesNotKnow() throws IOException {
        try (RecordStore now = open()) {
            now.put("one", FIELDS);
        }
        RecordFormat next = new RecordFormat(RecordFormat.VERSION + 1);
        try (RecordStore upgraded = RecordStore.open(directory(), Durability.PROCESS, Clock.systemUTC(), next)) {
            assertThat(upgraded.readAll().records()).isEqualTo(Map.of("one", FIELDS));
            upgraded.put("one", FIELDS);
        }
        try (RecordStore downgraded = open()) {
            assertThat(downgraded.readAll().notes()).singleElement().asString().contains("version");
            assertThat(setAside()).hasSize(1);
        }
    }

    @Test
    void whatItsOwnerCannotUnderstandIsSetAsideToo() throws IOException {
        try (RecordStore records = open()) {
            records.put("odd", FIELDS);
            assertThat(records.setAside("odd", "no such kind")).contains("odd.rec", "no such kind", "set-aside");
            assertThat(records.readAll().records()).isEmpty();
            assertThat(setAside()).hasSize(1);
        }
    }

    @Test
    void aSecondOwnerInThisProcessIsRefusedAndDoesNotEndTheFirstsLock() throws Exception {
        try (RecordStore first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(tryFromAnotherProcess())
                    .contains("process " + ProcessHandle.current().pid());
            first.put("still", FIELDS);
        }
        assertThat(tryFromAnotherProcess()).contains("took it");
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
            try (RecordStore mine = RecordStore.open(Path.of(args[0]), Durability.PROCESS, Clock.systemUTC())) {
                System.out.println("took it: " + mine.readAll().records());
            } catch (LedgerException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aFailingDiskIsSaidAndForgottenOnceItWorks() throws IOException {
        try (RecordStore records = open()) {
            Path blocked = directory().resolve("one.rec");
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
    }

    @Test
    void anInterruptNeitherTearsAWriteNorGetsLost() {
        try (RecordStore records = open()) {
            Thread.currentThread().interrupt();
            records.put("one", FIELDS);
            assertThat(Thread.interrupted()).isTrue();
            Thread.currentThread().interrupt();
            records.remove("one");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(records.readAll().records()).isEmpty();
        }
    }

    @Test
    void directoriesAndFilesAreOurs() throws IOException {
        try (RecordStore records = open()) {
            records.put("one", FIELDS);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory().resolve("one.rec"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void manyWritersOfDifferentRecordsDoNotMeet() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (RecordStore records = open(Durability.PROCESS)) {
            List<Future<?>> writes = IntStream.range(0, 200)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> records.put("r" + i, Map.of("i", "" + i))))
                    .toList();
            for (Future<?> write : writes) {
                write.get();
            }
            assertThat(records.readAll().records()).hasSize(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void afterCloseNothingIsWritten() {
        RecordStore records = open();
        records.close();
        records.close();
        assertThatThrownBy(() -> records.put("one", FIELDS)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(records::readAll).isInstanceOf(ClosedException.class);
    }
}
