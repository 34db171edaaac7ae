package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.EniMetrics;
import io.enim.LedgerException;
import io.enim.core.Overriding;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.StepRunner;
import io.enim.spi.DeviceBaseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of an ADD that is not done. */
class PendingRecordTest {
    private static final Assignment ADDING =
            LedgerTest.assignment(LedgerTest.WEB).in(Phase.ADDING, "");
    private static final Assignment DELETING = ADDING.in(Phase.DELETING, "");

    @TempDir
    private Path directory;

    private RecordStore store(Disk disk) {
        return RecordStore.open(disk, directory, Durability.PROCESS, Clock.systemUTC());
    }

    private Ledger open(String boot) {
        return Ledger.open(store(Disk.OF_THE_MACHINE), boot);
    }

    private List<Path> files() throws IOException {
        return Disk.OF_THE_MACHINE.files(directory);
    }

    private Path pending() throws IOException {
        assertThat(files()).hasSize(1);
        return files().get(0);
    }

    private Optional<Assignment> nextProcessReads() {
        try (Ledger next = open("boot")) {
            return next.get(LedgerTest.WEB);
        }
    }

    @Test
    void p1_whateverDamageAPendingRecordHasItsEniStaysHeld() throws IOException {
        try (Ledger ledger = open("boot")) {
            ledger.put(ADDING);
        }
        Path pending = pending();
        byte[] sound = Files.readAllBytes(pending);
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = i % 2 == 0 ? Arrays.copyOf(sound, i) : sound.clone();
            if (i % 2 == 1) {
                damaged[i] ^= 1;
            }
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.write(pending, damaged);
            for (int start = 0; start < 2; start++) {
                try (Ledger ledger = open("boot")) {
                    assertThat(ledger.all()).isEmpty();
                    assertThat(ledger.unreadable())
                            .singleElement()
                            .satisfies(held -> assertThat(held.eniId())
                                    .contains(ADDING.eni().id()));
                    assertThatThrownBy(() -> ledger.requireReadable(LedgerTest.WEB))
                            .isInstanceOf(LedgerException.class);
                }
            }
        }
        try (Stream<Path> aside = Files.list(directory.resolve("set-aside"))) {
            assertThat(aside).hasSize(sound.length);
        }
    }

    /** Leaves the record of a DEL, and beside it the pending one of the ADD before, as a disk that fails can. */
    private void leaveBoth() throws IOException {
        try (Ledger ledger = open("boot")) {
            ledger.put(ADDING);
            Path pending = pending();
            byte[] left = Files.readAllBytes(pending);
            ledger.put(DELETING);
            assertThat(pending).doesNotExist();
            Files.write(pending, left);
        }
    }

    @Test
    void p1_besideARecordAPendingOneCountsForNothing() throws IOException {
        leaveBoth();
        try (Ledger ledger = open("boot")) {
            assertThat(ledger.get(LedgerTest.WEB)).contains(DELETING);
            assertThat(ledger.notes()).singleElement().asString().contains(".new", "set-aside", "is valid");
            assertThat(files()).hasSize(1);
            ledger.remove(LedgerTest.WEB);
        }
        assertThat(nextProcessReads()).isEmpty();
    }

    @Test
    void p1_besideARecordThatCannotBeReadAPendingOneCountsForNothing() throws IOException {
        leaveBoth();
        Files.write(files().get(1), new byte[0]);
        for (int start = 0; start < 2; start++) {
            try (Ledger ledger = open("boot")) {
                assertThat(ledger.all()).isEmpty();
                assertThat(ledger.unreadable()).hasSize(1);
            }
        }
    }

    /** Deletes one file more. */
    public static final class DyingDisk {
        private boolean isDead;

        public boolean delete(Path file) throws IOException {
            if (isDead) {
                throw new IOException("the process has died");
            }
            isDead = true;
            return Disk.OF_THE_MACHINE.delete(file);
        }
    }

    @Test
    void p1_aDeathInARemovalLeavesNotThePendingRecordAlone() throws IOException {
        leaveBoth();
        Files.createFile(directory.resolve("set-aside")); // So the pending one stays where it is.
        Disk dying = Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, new DyingDisk());
        try (Ledger ledger = Ledger.open(store(dying), "boot")) {
            assertThatThrownBy(() -> ledger.remove(LedgerTest.WEB)).isInstanceOf(LedgerException.class);
        }
        assertThat(nextProcessReads()).contains(DELETING);
    }

    @Test
    void p16_whatIsPendingAndCannotBeRemovedDoesNotHideThatTheRecordIsWritten() {
        DyingDisk dying = new DyingDisk();
        dying.isDead = true;
        try (Ledger ledger = Ledger.open(store(Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, dying)), "boot")) {
            ledger.put(ADDING);
            assertThatThrownBy(() -> ledger.put(DELETING))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining(".new: the new record is written, and counts");
        }
        assertThat(nextProcessReads()).contains(DELETING);
    }

    @Test
    void p5_assignmentsThatWerePendingEndWithTheBoot() throws IOException {
        try (Ledger ledger = open("boot")) {
            ledger.put(ADDING);
        }
        try (Ledger after = open("next boot")) {
            assertThat(after.all()).isEmpty();
            assertThat(after.unreadable()).isEmpty();
            assertThat(after.notes()).singleElement().asString().contains("assignments end with the boot");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void p2_aBaselineIsNeverPending() {
        DeviceBaseline baseline = ADDING.baseline().orElseThrow();
        Map<String, String> fields = DeviceBaselineCodec.encode(baseline);
        fields.put(BootRecords.BOOT, "boot");
        try (RecordStore homes = store(Disk.OF_THE_MACHINE)) {
            homes.putPending(baseline.mac().toString().replace(':', '-'), fields);
        }
        StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);
        try (DeviceBaselines baselines = DeviceBaselines.open(store(Disk.OF_THE_MACHINE), "boot", steps)) {
            assertThat(baselines.get(baseline.mac())).isEmpty();
            assertThat(baselines.notes()).singleElement().asString().contains(".new", "pending", "set-aside");
        }
    }
}
