package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Netns;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A descriptor or thread left inside would keep a dead endpoint's namespace, and so its device. */
class DescriptorLeakIT extends EniFixture {
    private static final int ROUNDS = 25;

    private void round(String name) {
        try (Netns netns = testHost.devices.open(pod.path())) {
            try {
                testHost.connect(eni, netns, TestHost.linkConfig(name, 7));
            } catch (DeviceException e) {
                assertThat(e.kind()).isEqualTo(Kind.NAME_TAKEN);
            }
            testHost.inspect(eni.mac(), netns, TestHost.linkConfig(name, 7));
            assertThat(testHost.returnToHost(eni.baseline(), netns).isVerified())
                    .isTrue();
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    private static Set<Path> namespacesOfThreads() throws IOException {
        Set<Path> namespaces = new HashSet<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (Files.exists(thread)) {
                    namespaces.add(Files.readSymbolicLink(thread.resolve("ns/net")));
                }
            }
        }
        return namespaces;
    }

    @Test
    void noDescriptorAndNoThreadIsLeftInside() throws Exception {
        pod.addVeth(VethPair.between("taken", "other"));
        round("eth0");
        round("taken");
        long before = openDescriptors();
        for (int i = 0; i < ROUNDS; i++) {
            round(i % 2 == 0 ? "eth0" : "taken");
        }
        // A thread of the JVM may have a file open at the moment of either count; a leak is one for each round.
        Awaitility.await().untilAsserted(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(before));
        assertThat(namespacesOfThreads()).containsExactly(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
    }

    @Test
    void closingTheLayerLeavesNothingOpen() throws Exception {
        LinuxNetworkDevices.open(NetlinkFailPoint.NONE).close();
        long before = openDescriptors();
        for (int i = 0; i < ROUNDS; i++) {
            LinuxNetworkDevices.open(NetlinkFailPoint.NONE).close();
        }
        Awaitility.await().untilAsserted(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(before));
    }
}
