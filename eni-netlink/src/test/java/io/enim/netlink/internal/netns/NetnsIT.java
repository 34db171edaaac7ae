package io.enim.netlink.internal.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.InvalidRequestException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.device.TestHost;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@PrivateNamespaces
class NetnsIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    private final TestbedNamespace pod = testHost.newNamespace("pod");
    private final NetnsHandle inside = TestbedInternals.file(pod);
    private final String name = pod.path().getFileName().toString();

    private void assertRefused(Path path, String why) {
        assertThatThrownBy(() -> testHost.devices.open(path))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(why);
    }

    @Test
    void p16_aNamespaceThatCannotBeEnteredIsClosedWhateverTheErrorIs() {
        try (NetlinkSessions sessions = NetlinkSessions.overCallingThread(NetlinkFailPoint.NONE)) {
            NetnsHandle file = inside.reopen();
            assertThatThrownBy(() -> Sandbox.enter(sessions, file, null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> file.with(fd -> fd)).hasMessageContaining("this namespace was closed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/run/netns/missing, no such file",
        "/run/netns/missing/below, no such file",
        "/proc/self/ns/mnt, not of networks",
        "/proc/self/ns/net, agent's own"
    })
    void aPathThatIsNoEndpointsNamespaceIsRefused(Path path, String why) {
        assertRefused(path, why);
    }

    @Test
    void aFileADirectoryAndAPipeAreRefusedWithoutBlocking(@TempDir Path directory) throws Exception {
        assertRefused(Files.createFile(directory.resolve("file")), "propagation from the host");
        assertRefused(directory, "neither a file nor a namespace");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(pipe, "neither a file nor a namespace");
    }

    @Test
    void aNamespaceIsWhatItIsWhateverPathShowsIt() throws Exception {
        Path link = Files.createSymbolicLink(
                pod.path().resolveSibling("link" + TestHost.nextNumber()),
                pod.path().getFileName());
        try (Netns byName = testHost.devices.open(pod.path());
                Netns byLink = testHost.devices.open(link)) {
            assertThat(byLink.id()).isEqualTo(byName.id());
            assertThat(byLink.id().inode()).isEqualTo(Files.getAttribute(pod.path(), "unix:ino"));
            assertThat(byLink.id().device()).isEqualTo(Files.getAttribute(pod.path(), "unix:dev"));
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void twoNamespacesDifferInTheirCookie() {
        TestbedNamespace other = testHost.newNamespace("pod");
        assertThat(pod.id().cookie()).isNotZero().isNotEqualTo(other.id().cookie());
        assertThat(pod.id().isSame(other.id())).isFalse();
    }

    @Test
    void namesAreListedAndDeletedOnce() {
        assertThat(testHost.testbed.names()).contains(name);
        testHost.endNamespace(pod);
        assertThat(testHost.testbed.names()).doesNotContain(name);
        testHost.testbed.delete(name);
        assertThatThrownBy(() -> testHost.testbed.open(name)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aNameThatIsTakenOrCannotBeOneIsRefused() {
        assertThatThrownBy(() -> testHost.testbed.create(name))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> testHost.testbed.create("../escape")).isInstanceOf(InvalidRequestException.class);
        assertThat(TestbedInternals.links(pod)).hasSize(1);
    }

    @Test
    void theCallersThreadNeverLeavesItsNamespace() {
        Object own = currentNamespace();
        testHost.openNetns(pod);
        pod.devices();
        assertThat(currentNamespace()).isEqualTo(own);
    }

    @Test
    void closingEverythingLetsTheNamespaceEnd() {
        pod.addVeth(VethPair.between("near", "far").withPeerIn(testHost.host));
        Netns netns = testHost.devices.open(pod.path());
        testHost.endNamespace(pod);
        assertThat(testHost.host.device("far")).isPresent();
        netns.close();
        Awaitility.await().until(() -> testHost.host.device("far").isEmpty());
    }

    @Test
    void aNamespaceInUseIsClosedOnlyAfterwards() {
        NetnsHandle file = NetnsHandle.open(pod.path());
        Object during = file.with(fd -> {
            file.close();
            return inode("/proc/self/fd/" + fd);
        });
        assertThat(during).isEqualTo(pod.id().inode());
        assertThatThrownBy(() -> file.with(fd -> fd)).isInstanceOf(NetlinkException.class);
    }

    @Test
    void aThreadThatCannotReturnEndsAndIsReplaced() throws Exception {
        AtomicReference<Thread> stranded = new AtomicReference<>();
        try (NetnsHandle hostNamespace = NetnsHandle.ofCallingThread();
                NetnsThreads threads = new NetnsThreads(hostNamespace, () -> {
                    if (stranded.compareAndSet(null, Thread.currentThread())) {
                        throw new NetlinkException("setns", "", Errno.EBADF, "blocked by the test");
                    }
                    hostNamespace.enter();
                })) {
            Deadline deadline = Deadline.after(TestHost.TIMEOUT);
            assertThat(threads.callInside(inside, NetnsIT::currentNamespace, deadline))
                    .isEqualTo(pod.id().inode());
            Awaitility.await().until(() -> !stranded.get().isAlive());
            for (int i = 0; i < 20; i++) {
                assertThat(threads.callInside(inside, NetnsIT::currentNamespace, deadline))
                        .isEqualTo(pod.id().inode());
                assertThat(threads.callInside(hostNamespace, NetnsIT::currentNamespace, deadline))
                        .isEqualTo(currentNamespace());
            }
            assertTwoThreadsServe(threads);
        }
    }

    private static Object currentNamespace() {
        return inode("/proc/thread-self/ns/net");
    }

    private static Object inode(String path) {
        try {
            return Files.getAttribute(Path.of(path), "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void p8_noThreadToEnterWithIsADeadlineNotAHang() throws Exception {
        try (NetnsHandle hostNamespace = NetnsHandle.ofCallingThread();
                NetnsThreads threads = new NetnsThreads(hostNamespace)) {
            assertTwoThreadsServe(threads);
        }
    }

    /** Two visits at a time; a third one then ends at its deadline. */
    private void assertTwoThreadsServe(NetnsThreads threads) throws Exception {
        CompletableFuture<Boolean> release = new CompletableFuture<>();
        CountDownLatch busy = new CountDownLatch(2);
        try {
            for (int i = 0; i < 2; i++) {
                Supplier<Boolean> visit = () -> {
                    busy.countDown();
                    return release.join();
                };
                new Thread(() -> threads.callInside(inside, visit, Deadline.after(TestHost.TIMEOUT))).start();
            }
            assertThat(busy.await(3, TimeUnit.MINUTES)).isTrue();
            // An hour passes between two looks at this clock, so the deadline is in the future once and then past.
            AtomicLong now = new AtomicLong();
            Deadline deadline = Deadline.after(
                    Duration.ofMinutes(90),
                    () -> now.getAndAdd(Duration.ofHours(1).toNanos()));
            assertThatThrownBy(() -> threads.callInside(inside, NetnsIT::currentNamespace, deadline))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("ETIMEDOUT");
        } finally {
            release.complete(true);
        }
    }
}
