package io.enim.core.internal.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.Overriding;
import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness.State;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NamespaceLivenessTest {
    private static final Path PATH = Path.of("/run/netns/a");
    private static final NamespaceId MOUNTED = new NamespaceId(4, 4026532281L, 0);
    private static final NamespaceId BY_STAT = new NamespaceId(4, 1, 0);
    private static final String LINE = "61 29 0:4 net:[4026532281] /run/netns/a rw - nsfs nsfs rw\n";

    private final MountsAndFiles machine = new MountsAndFiles();
    private final NamespaceLiveness liveness =
            new NamespaceLiveness(Overriding.methods(Disk.class, Disk.OF_THE_MACHINE, machine));

    /** A machine whose mount table and {@code stat} contradict each other, so that the verdict tells which one was asked. */
    public static final class MountsAndFiles {
        private int otherMounts;
        private boolean isReadable = true;
        private int reads;

        public byte[] read(Path file, int most) throws IOException {
            reads++;
            if (!isReadable) {
                throw new IOException("no mount table");
            }
            String others = "29 28 0:25 / /mnt rw - tmpfs tmpfs rw\n".repeat(otherMounts);
            return (LINE + others).getBytes(StandardCharsets.US_ASCII);
        }

        public NamespaceId identity(Path path) {
            return BY_STAT;
        }
    }

    private boolean isAliveByTheTable() {
        return stateOf(MOUNTED) == State.ALIVE;
    }

    private State stateOf(NamespaceId id) {
        return liveness.assess(LivenessArbiterTest.assignment(PATH, id)).state();
    }

    @Test
    void p19_aTableThatIsShortBesideTheAssignmentsIsReadInEachRound() {
        machine.otherMounts = 14;
        liveness.refresh(10);
        liveness.refresh(10);
        assertThat(machine.reads).isEqualTo(2);
        assertThat(isAliveByTheTable()).isTrue();
    }

    @Test
    void p19_aTableThatIsLongBesideTheAssignmentsIsReadOnce() {
        machine.otherMounts = 1000;
        liveness.refresh(10);
        assertThat(isAliveByTheTable()).isTrue();
        liveness.refresh(10);
        assertThat(machine.reads).isEqualTo(1);
        assertThat(isAliveByTheTable())
                .as("the table of an earlier round says nothing of this one")
                .isFalse();
        assertThat(stateOf(BY_STAT)).isEqualTo(State.ALIVE);
    }

    @Test
    void onceThereAreEnoughAssignmentsItIsReadAgain() {
        machine.otherMounts = 1000;
        liveness.refresh(10);
        liveness.refresh(10);
        liveness.refresh(700);
        assertThat(isAliveByTheTable()).isTrue();
    }

    @Test
    void aTableThatCannotBeReadIsTriedInTheNextRound() {
        machine.isReadable = false;
        liveness.refresh(1);
        assertThat(isAliveByTheTable()).isFalse();
        machine.isReadable = true;
        liveness.refresh(1);
        assertThat(isAliveByTheTable()).isTrue();
    }
}
