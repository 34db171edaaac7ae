package io.enim.core.internal.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.internal.records.Disk;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
    /** Lines as kernel 6.18 wrote them, after {@code ip netns add} and mounts at odd places. */
    private static final String TABLE = """
        22 28 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
        29 28 0:25 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=802060k,mode=755
        61 29 0:4 net:[4026532281] /run/netns/a rw shared:35 - nsfs nsfs rw
        62 29 0:4 net:[4026532282] /run/netns/with\\040space rw - nsfs nsfs rw
        63 29 0:4 mnt:[4026532283] /run/mounts/m rw - nsfs nsfs rw
        64 29 0:4 net:[4026532284] /run/netns/twice rw - nsfs nsfs rw
        65 64 0:4 net:[4026532285] /run/netns/twice rw - nsfs nsfs rw
        66 29 0:4 net:[4026532286] /run/netns/covered rw - nsfs nsfs rw
        67 66 0:99 / /run/netns/covered rw - tmpfs tmpfs rw
        68 29 8:260 net:[4026532287] /run/netns/far rw master:1 propagate_from:2 - nsfs nsfs rw
        69 29 0:4 net:[4026532288] /run/netns/gone//deleted rw - nsfs nsfs rw
        """;

    private static byte[] bytes(String table) {
        return table.getBytes(StandardCharsets.UTF_8);
    }

    private final MountTable mounts;

    MountTableTest() throws IOException {
        mounts = MountTable.parse(bytes(TABLE));
    }

    @Test
    void aNetworkNamespaceIsKnownByWhereItIsMounted() {
        assertThat(mounts.at("/run/netns/a")).contains(new NamespaceId(4, 4026532281L, 0));
        assertThat(mounts.at("/run/netns/with space")).contains(new NamespaceId(4, 4026532282L, 0));
    }

    @Test
    void theDeviceIsNumberedAsStatDoes() {
        // makedev(8, 260) of glibc.
        assertThat(mounts.at("/run/netns/far").map(NamespaceId::device)).contains(0x100804L);
    }

    @Test
    void whatIsMountedTwiceMustBeLookedAt() {
        assertThat(mounts.at("/run/netns/twice")).isEmpty();
        assertThat(mounts.at("/run/netns/covered")).isEmpty();
    }

    @Test
    void whatIsNoNetworkNamespaceIsNotHere() {
        assertThat(mounts.at("/run/mounts/m")).isEmpty();
        assertThat(mounts.at("/proc")).isEmpty();
        assertThat(mounts.at("/run/netns/gone")).isEmpty();
    }

    @Test
    void aLineThatIsCutOffSaysNothing() throws IOException {
        for (int length = 0; length < TABLE.length(); length++) {
            MountTable cut = MountTable.parse(bytes(TABLE.substring(0, length)));
            Optional<NamespaceId> first = cut.at("/run/netns/a");
            assertThat(first.isEmpty() || first.equals(mounts.at("/run/netns/a")))
                    .isTrue();
        }
    }

    @Test
    void aTableOfAnotherFormIsAnErrorNotAnAnswer(@TempDir Path directory) throws IOException {
        Path odd = Files.writeString(directory.resolve("odd"), "61 29 zero:four net:[x] /run/netns/a rw\n");
        assertThatThrownBy(() -> MountTable.read(Disk.OF_THE_MACHINE, odd, MountTable.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("proc_pid_mountinfo");
    }

    @Test
    void aTableThatSaysTheSameIsNotReadAnew(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("table"), TABLE);
        MountTable first = MountTable.read(Disk.OF_THE_MACHINE, file, MountTable.none());
        assertThat(MountTable.read(Disk.OF_THE_MACHINE, file, first)).isSameAs(first);

        Files.writeString(file, TABLE.replace("4026532281", "4026532299"));

        assertThat(MountTable.read(Disk.OF_THE_MACHINE, file, first).at("/run/netns/a"))
                .contains(new NamespaceId(4, 4026532299L, 0));
    }

    @Test
    @EnabledIf(value = "thereIsATable", disabledReason = "no /proc/self/mountinfo here")
    void thisMachinesTableCanBeRead() throws IOException {
        assertThat(MountTable.read(Disk.OF_THE_MACHINE, Path.of("/proc/self/mountinfo"), MountTable.none())
                        .at("/proc"))
                .isEmpty();
    }

    static boolean thereIsATable() {
        return Files.isReadable(Path.of("/proc/self/mountinfo"));
    }
}
