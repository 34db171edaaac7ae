package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.InvalidRequestException;
import io.enim.netlink.internal.netns.NamedNetns;
import io.enim.netlink.internal.netns.ProcNetDev;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.spi.NetworkDevicesFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
    @Test
    void theFactoryIsFoundByItsName() {
        assertThat(ServiceLoader.load(NetworkDevicesFactory.class).stream()
                        .map(provider -> provider.get().name()))
                .contains("linux");
    }

    @Test
    void aDeadlineCountsDownToZeroAndStays() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        Deadline deadline = Deadline.after(Duration.ofMillis(2), now::get);
        assertThat(deadline.remainingMillis()).isEqualTo(2);
        now.addAndGet(1_000_001);
        assertThat(deadline.remainingMillis()).as("rounded up").isEqualTo(1);
        assertThat(deadline.isPast()).isFalse();
        now.addAndGet(1_000_000);
        assertThat(deadline.isPast()).isTrue();
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void aDeadlineBeyondAnyClockIsFarAway() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).isPast()).isFalse();
    }

    @Test
    void anErrorSaysOperationDeviceErrnoAndTheKernelsWords() {
        assertThat(new NetlinkException("move in", "eth1", Errno.EEXIST, "File exists"))
                .hasMessage("move in eth1: EEXIST (File exists)");
        assertThat(Errno.name(4711)).isEqualTo("errno 4711");
    }

    @Test
    void theTableOfDevicesIsReadWithoutItsHeaderAndLoopback() {
        String table = "Inter-|   Receive  |  Transmit\n"
                + " face |bytes    packets\n"
                + "    lo:       0       0\n"
                + "  eth0:      12       1\n"
                + "a.b-c_d:123 4\n";
        assertThat(ProcNetDev.names(table)).containsExactly("eth0", "a.b-c_d");
        assertThat(ProcNetDev.names("")).isEmpty();
    }

    @Test
    void aNamespaceNameCannotLeaveItsDirectory() {
        NamedNetns named = new NamedNetns(Path.of("/run/netns"));
        for (String bad : new String[] {"", "..", "a/b", "../x", "-rf", "a b", "x".repeat(129)}) {
            assertThatThrownBy(() -> named.path(bad)).isInstanceOf(InvalidRequestException.class);
        }
        assertThat(named.path("pod-1.a_b")).isEqualTo(Path.of("/run/netns/pod-1.a_b"));
    }
}
