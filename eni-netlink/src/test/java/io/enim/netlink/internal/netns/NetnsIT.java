package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.InvalidRequestException;
import io.enim.spi.Netns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@PrivateNamespaces
class NamespaceIT {
    private Stage stage;

    @BeforeEach
    void build() {
        stage = new Stage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private void assertRefused(Path path, String why) {
        assertThatThrownBy(() -> stage.devices.open(path))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(why);
    }

    @Test
    void aPathThatIsMissingIsRefused() {
        assertRefused(Path.of("/run/netns/nobody"), "no such file");
        assertRefused(Path.of("/run/netns/nobody/below"), "no such file");
    }

    @Test
    void aPathThatIsNoNamespaceIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertRefused(file, "another kind");
        assertRefused(directory, "another kind");
    }

    @Test
    void aPipeIsRefusedWithoutBlocking(@TempDir Path directory) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(pipe, "another kind");
    }

    @Test
    void aNamespaceOfAnotherKindIsRefused() {
        assertRefused(Path.of("/proc/self/ns/mnt"), "namespace of another kind");
    }

    @Test
    void theHostsOwnNamespaceIsRefused() {
        assertRefused(Path.of("/proc/self/ns/net"), "agent's own");
    }

    @Test
    void aNamespaceIsWhatItIsWhateverPathShowsIt() throws Exception {
        NetworkNamespace pod = stage.newNamespace("pod");
        Path link = Files.createSymbolicLink(
                pod.path().resolveSibling("link" + Stage.nextNumber()),
                pod.path().getFileName());
        try (Netns byName = stage.devices.open(pod.path());
                Netns byLink = stage.devices.open(link)) {
            assertThat(byLink.id()).isEqualTo(byName.id());
            assertThat(byLink.id().inode()).isEqualTo(Files.getAttribute(pod.path(), "unix:ino"));
            assertThat(byLink.id().device()).isEqualTo(Files.getAttribute(pod.path(), "unix:dev"));
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void twoNamespacesDifferInTheirCookie() {
        NetworkNamespace one = stage.newNamespace("pod");
        NetworkNamespace other = stage.newNamespace("pod");
        assertThat(one.id().cookie()).isNotZero().isNotEqualTo(other.id().cookie());
        assertThat(one.id().isSame(other.id())).isFalse();
    }

    @Test
    void namesAreListedAndDeletedOnce() {
        NetworkNamespace pod = stage.newNamespace("pod");
        String name = pod.path().getFileName().toString();
        assertThat(stage.net.names()).contains(name);
        stage.end(pod);
        assertThat(stage.net.names()).doesNotContain(name);
        stage.net.delete(name);
        assertThatThrownBy(() -> stage.net.open(name)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aNameThatIsTakenOrCannotBeOneIsRefused() {
        NetworkNamespace pod = stage.newNamespace("pod");
        String name = pod.path().getFileName().toString();
        assertThatThrownBy(() -> stage.net.create(name))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> stage.net.create("../escape")).isInstanceOf(InvalidRequestException.class);
        assertThat(pod.links()).hasSize(1);
    }

    @Test
    void theCallersThreadNeverLeavesItsNamespace() throws Exception {
        Path own = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
        NetworkNamespace pod = stage.newNamespace("pod");
        stage.enter(pod);
        pod.devices();
        assertThat(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"))).isEqualTo(own);
    }

    @Test
    void closingEverythingLetsTheNamespaceEnd() {
        NetworkNamespace pod = stage.newNamespace("pod");
        pod.addVeth(VethPair.between("near", "far").withPeerIn(stage.home));
        Netns netns = stage.devices.open(pod.path());
        stage.end(pod);
        assertThat(stage.home.device("far")).isPresent();
        netns.close();
        Awaitility.await().until(() -> stage.home.device("far").isEmpty());
    }

    @Test
    void aNamespaceInUseIsClosedOnlyAfterwards() {
        NetworkNamespace pod = stage.newNamespace("pod");
        NamespaceFile file = NamespaceFile.open(pod.path());
        Native.FileIdentity during = file.with(fd -> {
            file.close();
            return Native.identity(fd);
        });
        assertThat(during.inode()).isEqualTo(pod.id().inode());
        assertThatThrownBy(() -> file.with(fd -> fd)).isInstanceOf(NetlinkException.class);
    }

    @Test
    void aThreadThatCannotReturnEndsAndIsReplaced() {
        NetworkNamespace pod = stage.newNamespace("pod");
        AtomicReference<Thread> stranded = new AtomicReference<>();
        try (NamespaceFile home = NamespaceFile.ofCallingThread();
                NamespaceThreads threads = new NamespaceThreads(home, () -> {
                    if (stranded.compareAndSet(null, Thread.currentThread())) {
                        throw new NetlinkException("setns", "", Errno.EBADF, "barred by the test");
                    }
                    home.enter();
                })) {
            Deadline deadline = Deadline.after(Stage.TIMEOUT);
            Native.FileIdentity inside = threads.inside(pod.file(), NamespaceIT::here, deadline);
            Awaitility.await().until(() -> !stranded.get().isAlive());
            for (int i = 0; i < 20; i++) {
                assertThat(threads.inside(pod.file(), NamespaceIT::here, deadline))
                        .isEqualTo(inside);
                assertThat(threads.inside(home, NamespaceIT::here, deadline)).isNotEqualTo(inside);
            }
            assertThat(threads.live()).isEqualTo(2);
        }
    }

    private static Native.FileIdentity here() {
        int fd = Native.open("/proc/thread-self/ns/net", Native.O_RDONLY);
        try {
            return Native.identity(fd);
        } finally {
            Native.close(fd);
        }
    }

    @Test
    void p8_noThreadToEnterWithIsADeadlineNotAHang() throws Exception {
        NetworkNamespace pod = stage.newNamespace("pod");
        var release = new CountDownLatch(1);
        var busy = new CountDownLatch(2);
        try (NamespaceFile home = NamespaceFile.ofCallingThread();
                NamespaceThreads threads = new NamespaceThreads(home)) {
            for (int i = 0; i < 2; i++) {
                Thread caller = new Thread(() -> threads.inside(
                        pod.file(),
                        () -> {
                            busy.countDown();
                            return await(release);
                        },
                        Deadline.after(Stage.TIMEOUT)));
                caller.start();
            }
            assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(
                            () -> threads.inside(pod.file(), NamespaceIT::here, Deadline.after(Duration.ofMillis(30))))
                    .isInstanceOfSatisfying(
                            NetlinkException.class,
                            e -> assertThat(e.errnoName()).isEqualTo("ETIMEDOUT"));
        } finally {
            release.countDown();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
