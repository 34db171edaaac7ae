package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.netlink.internal.device.TestHost;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import io.enim.testing.PrivateNamespaces;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@PrivateNamespaces
class KernelStatsIT {
    @AutoClose
    private final TestHost testHost = new TestHost();

    @Test
    void tellsWhatAnOperationTook() {
        Device eni = testHost.newEni();
        TestbedNamespace pod = testHost.newNamespace("pod");
        KernelStats before = KernelStats.of(testHost.devices).orElseThrow();

        try (Netns netns = testHost.devices.open(pod.path())) {
            testHost.connect(eni, netns, TestHost.linkConfig("eth0", 7));
        }
        KernelStats added = KernelStats.of(testHost.devices).orElseThrow();
        try (Netns netns = testHost.devices.open(pod.path())) {
            testHost.returnToHost(eni.baseline(), netns);
        }

        assertThat(added.since(before).rtnlAcquisitions()).isEqualTo(4);
        assertThat(added.since(before).sendNanos()).isPositive();
        assertThat(KernelStats.of(testHost.devices).orElseThrow().since(added).rtnlAcquisitions())
                .isEqualTo(2);
    }
}
