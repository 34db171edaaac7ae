package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.internal.device.TestHost;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class KernelStatsIT {
    private TestHost testHost;

    @BeforeEach
    void build() {
        testHost = new TestHost();
    }

    @AfterEach
    void end() {
        testHost.close();
    }

    @Test
    void tellsWhatAnOperationTook() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        KernelStats before = KernelStats.of(testHost.devices).orElseThrow();

        try (Netns netns = testHost.devices.open(pod.path())) {
            Device inside = testHost.devices.moveIn(eni, netns, TestHost.linkConfig("eth0", 7), TestHost.TIMEOUT);
            testHost.devices.configure(inside, netns, TestHost.linkConfig("eth0", 7), TestHost.TIMEOUT);
        }
        KernelStats added = KernelStats.of(testHost.devices).orElseThrow();
        try (Netns netns = testHost.devices.open(pod.path())) {
            testHost.devices.returnToHost(eni.baseline(), Optional.of(netns), TestHost.TIMEOUT);
        }

        assertThat(added.since(before).rtnlAcquisitions()).isEqualTo(4);
        assertThat(added.since(before).sendNanos()).isPositive();
        assertThat(KernelStats.of(testHost.devices).orElseThrow().since(added).rtnlAcquisitions())
                .isEqualTo(2);
    }
}
