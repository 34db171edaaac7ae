package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A tenant stacks devices on its ENI by the hundred. */
class HostileStackIT extends EniFixture {
    private static final int MANY = 200;

    private void stack(int count) {
        for (int i = 0; i < count; i++) {
            pod.addMacvlan("mv" + i, "eth0");
        }
    }

    @Test
    void p18_stackedDevicesAreDeletedInAFewStepsOfTheKernel() {
        moveIn();
        stack(MANY);
        List<NetlinkOperation> sent = Collections.synchronizedList(new ArrayList<>());
        NetlinkFailPoint recorder = (operation, side) -> {
            if (side == NetlinkFailPoint.Side.BEFORE) {
                sent.add(operation);
            }
            return 0;
        };
        try (LinuxNetworkDevices devices = LinuxNetworkDevices.open(recorder);
                Netns sandbox = devices.open(pod.path())) {
            ReturnReport back = devices.returnToHost(eni.baseline(), Optional.of(sandbox), TestHost.TIMEOUT);
            assertThat(back.isVerified()).isTrue();
            assertThat(back.repaired()).hasSizeLessThan(20).contains("192 more devices were stacked on it");
        }
        assertThat(sent.stream().filter(NetlinkOperation.DELETE_STACKED::equals))
                .hasSize(2);
        assertThat(pod.devices()).isEmpty();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p6_p18_whileStackedDevicesAreDeletedOthersMove() {
        Device other = testHost.newEni();
        TestbedNamespace otherPod = testHost.newNamespace("other");
        moveIn();
        stack(2);
        AtomicReference<Runnable> otherMove = new AtomicReference<>(() -> {});
        NetlinkFailPoint duringDeletion = (operation, side) -> {
            if (operation == NetlinkOperation.DELETE_STACKED && side == NetlinkFailPoint.Side.BEFORE) {
                CompletableFuture.runAsync(otherMove.get())
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join();
            }
            return 0;
        };
        try (LinuxNetworkDevices devices = LinuxNetworkDevices.open(duringDeletion);
                Netns sandbox = devices.open(pod.path());
                Netns otherSandbox = devices.open(otherPod.path())) {
            LinkConfig config = TestHost.bareLinkConfig("eth0");
            otherMove.set(() -> devices.moveIn(other, otherSandbox, config, TestHost.TIMEOUT));
            assertThat(devices.returnToHost(eni.baseline(), Optional.of(sandbox), TestHost.TIMEOUT)
                            .isVerified())
                    .isTrue();
        }
        assertThat(otherPod.device("eth0")).isPresent();
    }

    @Test
    void p13_whatIsStackedOnStackedDevicesGoesToo() {
        moveIn();
        pod.addMacvlan("lower", "eth0");
        pod.addMacvlan("upper", "lower");
        pod.addBridge("br0");
        pod.addMacvlan("ofBridge", "br0");
        assertThat(returnToHost().isVerified()).isTrue();
        assertThat(pod.devices()).extracting(Device::name).containsExactlyInAnyOrder("br0", "ofBridge");
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p18_aReturnThatCannotEndInTimeSaysWhatIsLeft() {
        moveIn();
        stack(2);
        assertThatThrownBy(() -> testHost.devices.returnToHost(eni.baseline(), Optional.of(netns), Duration.ZERO))
                .hasMessageContaining("0 of 2 devices were deleted in time");
        assertThat(returnToHost().isVerified()).isTrue();
    }
}
