package io.enim.netlink;

import io.enim.DeviceException;
import io.enim.netlink.internal.device.LinuxNetworkDevices;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;

/** Makes the device layer over the Linux kernel's rtnetlink. Found by {@link java.util.ServiceLoader}. */
public final class LinuxDevicesFactory implements NetworkDevicesFactory {
    private final NetlinkFailPoint failPoint;

    /** For {@link java.util.ServiceLoader}. */
    public LinuxDevicesFactory() {
        this(NetlinkFailPoint.NONE);
    }

    /** With a probe that stands at every message to the kernel; for tests that kill or fail there. */
    public LinuxDevicesFactory(NetlinkFailPoint probe) {
        this.failPoint = probe;
    }

    @Override
    public String name() {
        return "linux";
    }

    /**
     * Makes a device layer over the namespace that the calling thread is in. Loads the native library, which takes some
     * hundred milliseconds the first time: do it at start-up, not when the first endpoint waits.
     */
    @Override
    public NetworkDevices create() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw new DeviceException(
                    DeviceException.Kind.KERNEL,
                    "open devices",
                    System.getProperty("os.name", "?"),
                    "rtnetlink is Linux's; use the devices in memory elsewhere");
        }
        try {
            return LinuxNetworkDevices.open(failPoint);
        } catch (LinkageError e) {
            throw new DeviceException(
                    DeviceException.Kind.KERNEL,
                    "open devices",
                    "",
                    "",
                    "the native library cannot be loaded; jffi unpacks it into java.io.tmpdir ("
                            + System.getProperty("java.io.tmpdir", "?")
                            + "), which must allow execution, and JDK 24 and "
                            + "later want --enable-native-access=ALL-UNNAMED",
                    e);
        }
    }
}
