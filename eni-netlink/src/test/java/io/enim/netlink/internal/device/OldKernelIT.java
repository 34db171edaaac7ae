package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.socket.SocketOptions;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kernel that lacks what a later one brought: without strict checking it ignores what a request asks for. */
class OldKernelIT extends EniFixture {
    private static final LinkConfig CONFIG = TestHost.linkConfig("eth0", 7);

    enum Kernel {
        LINUX_4_19,
        LINUX_4_11;

        private boolean lacks(int option) {
            return option == Native.NETLINK_GET_STRICT_CHK || this == LINUX_4_11 && option == Native.NETLINK_EXT_ACK;
        }

        void set(int fd, int level, int option, int value) {
            if (level == Native.SOL_NETLINK && lacks(option)) {
                throw new NetlinkException("setsockopt", "", Errno.ENOPROTOOPT, "as an older kernel says");
            }
            SocketOptions.KERNEL.set(fd, level, option, value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceIsMovedCheckedAndReturned(Kernel kernel) {
        pod.addVeth(VethPair.between("other", "far"));
        pod.setUp("other");
        pod.addAddress("other", Cidr.parseAddress("10.9.0.1"), 16);
        try (LinuxNetworkDevices devices = LinuxNetworkDevices.open(NetlinkFailPoint.NONE, kernel::set);
                Netns opened = devices.open(pod.path())) {
            Device inside = devices.moveIn(eni, opened, CONFIG, TestHost.TIMEOUT);
            devices.configure(inside, opened, CONFIG, TestHost.TIMEOUT);
            assertThat(devices.inspect(eni.mac(), opened, CONFIG, TestHost.TIMEOUT))
                    .isEmpty();
            pod.addAddress("eth0", Cidr.parseAddress("2001:db8::bad"), 64);
            assertThat(devices.inspect(eni.mac(), opened, CONFIG, TestHost.TIMEOUT))
                    .extracting(Difference::actual)
                    .containsExactly("2001:db8::bad/64");
            assertThat(devices.returnToHost(eni.baseline(), Optional.of(opened), TestHost.TIMEOUT))
                    .isEqualTo(FROM_SANDBOX_CLEAN);
        }
        assertEniIsOnHostAsAtFirst();
    }
}
