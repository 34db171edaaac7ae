package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.LedgerException;
import io.enim.core.Overriding;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each change of an assignment does to the disk, and what is left when it ends in between. */
class LedgerWritesTest {
    private static final Set<String> CHANGES = Set.of("write", "rename", "link", "delete");
    private static final Assignment ADDING =
            LedgerTest.assignment(LedgerTest.WEB).in(Phase.ADDING, "");
    private static final Assignment ADDED = ADDING.in(Phase.ADDED, "");
    private static final Assignment RETRIED = ADDING.in(Phase.ADDING, "the interrupted ADD");
    private static final Assignment RELABELLED = ADDING.withLabels(Map.of("cni.network", "another"));
    private static final Assignment DELETING = ADDED.in(Phase.DELETING, "");

    @TempDir
    private Path temporary;

    private int tries;

    /** One change of the ledger, and what it says of the endpoint from then on. */
    private record Change(Consumer<Ledger> step, Optional<Assignment> after) {}

    private static Change put(Assignment assignment) {
        return new Change(ledger -> ledger.put(assignment), Optional.of(assignment));
    }

    private static Change putOver(Assignment adding) {
        return new Change(ledger -> ledger.putOver(ADDED, adding), Optional.of(adding));
    }

    private static Change putDone(Assignment adding) {
        return new Change(ledger -> ledger.putDone(adding), Optional.of(adding.in(Phase.ADDED, "")));
    }

    private static Change remove() {
        return new Change(ledger -> ledger.remove(LedgerTest.WEB), Optional.empty());
    }

    private static Change start() {
        return new Change(null, Optional.empty());
    }

    /** Every order of changes that operations make; a start is that of another process. */
    private static final List<List<Change>> LIVES = List.of(
            List.of(put(ADDING), putDone(ADDING), put(DELETING), remove()),
            List.of(put(ADDING), put(DELETING), remove()),
            List.of(put(ADDING), start(), put(RETRIED), putDone(RETRIED), put(DELETING), remove()),
            List.of(put(ADDING), start(), put(ADDING), putDone(ADDING), remove()),
            List.of(put(ADDING), start(), putDone(RELABELLED), start(), remove()),
            List.of(put(ADDING), putDone(RELABELLED), start(), remove()),
            List.of(put(ADDING), start(), put(DELETING), remove()),
            List.of(put(ADDING), start(), remove()),
            List.of(put(ADDING), putDone(ADDING), start(), put(DELETING), start(), remove(), put(ADDING)),
            List.of(put(ADDING), putDone(ADDING), putOver(RETRIED), putDone(RETRIED), remove()),
            List.of(put(ADDING), putDone(ADDING), putOver(RETRIED), start(), put(ADDED), remove()));

    /** What becomes of the change that goes wrong; only a write can be torn. */
    private enum Effect {
        NONE,
        TORN,
        WHOLE
    }

    /** A disk that goes wrong at one of its changes, and at all after it until it is mended. */
    private static final class FaultyDisk {
        private final List<String> changes = new ArrayList<>();
        private final Effect effect;
        private final boolean isLasting;
        private int left;
        private boolean isMended;

        FaultyDisk(int faultAt, Effect effect, boolean isLasting) {
            this.left = faultAt;
            this.effect = effect;
            this.isLasting = isLasting;
        }

        Disk disk() {
            return Overriding.handling(Disk.class, (self, method, arguments) -> {
                boolean isChange = CHANGES.contains(method.getName());
                if (isChange) {
                    changes.add(method.getName());
                }
                if (!isChange || !goesWrong()) {
                    return Overriding.invoke(Disk.OF_THE_MACHINE, method, arguments);
                }
                if (left == -1 && takesEffect(method.getName(), arguments)) {
                    Overriding.invoke(Disk.OF_THE_MACHINE, method, arguments);
                }
                throw new IOException("this disk went wrong");
            });
        }

        private boolean goesWrong() {
            left--;
            return left == -1 || isLasting && left < 0 && !isMended;
        }

        /** Tears what would be written. */
        private boolean takesEffect(String change, Object[] arguments) {
            if (effect == Effect.TORN && change.equals("write")) {
                byte[] bytes = (byte[]) arguments[1];
                arguments[1] = Arrays.copyOf(bytes, bytes.length / 2);
                return true;
            }
            return effect == Effect.WHOLE;
        }

        boolean wentWrong() {
            return left < 0;
        }
    }

    private Ledger open(Disk disk, Path directory) {
        return Ledger.open(RecordStore.open(disk, directory, Durability.PROCESS, Clock.systemUTC()), "boot");
    }

    private Optional<Assignment> nextProcessReads(Path directory) {
        try (Ledger next = open(Disk.OF_THE_MACHINE, directory)) {
            assertThat(next.unreadable()).isEmpty();
            return next.get(LedgerTest.WEB);
        }
    }

    /** Lives this life up to the change that goes wrong, of which it then tells, with a disk that works again. */
    private boolean live(List<Change> life, FaultyDisk faulty, Outcome outcome) {
        Path directory = temporary.resolve("life-" + tries++);
        Optional<Assignment> before = Optional.empty();
        Ledger ledger = open(faulty.disk(), directory);
        try {
            for (Change change : life) {
                if (change.step() == null) {
                    ledger.close();
                    ledger = open(faulty.disk(), directory);
                    assertThat(ledger.get(LedgerTest.WEB)).isEqualTo(before);
                    continue;
                }
                try {
                    change.step().accept(ledger);
                } catch (LedgerException e) {
                    faulty.isMended = true;
                    outcome.of(ledger, directory, before, change);
                    return true;
                }
                before = change.after();
            }
        } finally {
            ledger.close();
        }
        assertThat(faulty.wentWrong()).as("whatever the ledger ignored").isFalse();
        return false;
    }

    private interface Outcome {
        void of(Ledger ledger, Path directory, Optional<Assignment> before, Change failed);
    }

    private void afterAFaultAtEachChange(Outcome outcome) {
        for (List<Change> life : LIVES) {
            for (Effect effect : Effect.values()) {
                for (boolean isLasting : List.of(false, true)) {
                    int at = 0;
                    while (live(life, new FaultyDisk(at, effect, isLasting), outcome)) {
                        at++;
                    }
                    assertThat(at).isGreaterThan(2);
                }
            }
        }
    }

    @Test
    void p5_deathAtAnyChangeOfTheDiskLeavesTheEarlierOrTheLaterAssignment() {
        afterAFaultAtEachChange((ledger, directory, before, failed) -> {
            ledger.close();
            assertThat(nextProcessReads(directory)).isIn(before, failed.after());
            assertThat(nextProcessReads(directory))
                    .as("at the start after that")
                    .isIn(before, failed.after());
        });
    }

    @Test
    void p16_onceAFailureIsSettledTheDiskHoldsWhatTheLedgerSays() {
        afterAFaultAtEachChange((ledger, directory, before, failed) -> {
            assertThat(ledger.get(LedgerTest.WEB)).isEqualTo(before);
            ledger.settle(LedgerTest.WEB);
            ledger.close();
            assertThat(nextProcessReads(directory)).isEqualTo(before);
        });
    }

    @Test
    void p16_aChangeThatFailedCanBeRepeated() {
        afterAFaultAtEachChange((ledger, directory, before, failed) -> {
            failed.step().accept(ledger);
            ledger.close();
            assertThat(nextProcessReads(directory)).isEqualTo(failed.after());
        });
    }

    @Test
    void p1_whatAFailureLeftDoesNotOutliveTheRecord() {
        afterAFaultAtEachChange((ledger, directory, before, failed) -> {
            ledger.put(DELETING);
            ledger.remove(LedgerTest.WEB);
            ledger.close();
            assertThat(nextProcessReads(directory)).isEmpty();
            assertThat(directory).isDirectoryNotContaining("regex:.*\\.(rec|new|tmp)");
        });
    }

    @Test
    void p16_anAddCountsOverWhatAWriteThatFailedMayHaveLeft() {
        Path directory = temporary.resolve("left");
        try (Ledger ledger = open(new FaultyDisk(1, Effect.WHOLE, false).disk(), directory)) {
            assertThatThrownBy(() -> ledger.put(ADDED)).isInstanceOf(LedgerException.class);
            ledger.put(ADDING);
        }
        assertThat(nextProcessReads(directory)).contains(ADDING);
    }

    @Test
    void anAddAndADelWriteOneFileEach() {
        FaultyDisk counting = new FaultyDisk(Integer.MAX_VALUE, Effect.NONE, false);
        try (Ledger ledger = open(counting.disk(), temporary.resolve("counted"))) {
            ledger.put(ADDING);
            assertThat(counting.changes).containsExactly("write", "rename");
            ledger.putDone(ADDING);
            assertThat(counting.changes).containsExactly("write", "rename", "rename");
            assertThat(ledger.get(LedgerTest.WEB)).contains(ADDED);
            counting.changes.clear();
            ledger.put(DELETING);
            ledger.remove(LedgerTest.WEB);
            assertThat(counting.changes).containsExactly("write", "rename", "delete");
        }
    }
}
