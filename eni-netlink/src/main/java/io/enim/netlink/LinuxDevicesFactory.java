// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.internal.device.LinuxNetworkDevices;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;

/** Creates the device layer over the Linux kernel's rtnetlink. Found by {@link java.util.ServiceLoader}. */
public final class LinuxDevicesFactory implements NetworkDevicesFactory {
    private final NetlinkFailPoint failPoint;

    /** For {@link java.util.ServiceLoader}. */
    public LinuxDevicesFactory() {
        this(NetlinkFailPoint.NONE);
    }

    /** With a fail point at every message to the kernel, for tests that kill the process or fail messages. */
    public LinuxDevicesFactory(NetlinkFailPoint failPoint) {
        this.failPoint = failPoint;
    }

    @Override
    public String name() {
        return "linux";
    }

    /**
     * Creates a device layer whose host namespace is the calling thread's. Loads the native library, which takes some
     * hundred milliseconds the first time: call it at start-up, not when the first endpoint waits.
     */
    @Override
    public NetworkDevices create() {
        String system = System.getProperty("os.name", "?");
        if (!system.equals("Linux")) {
            String advice = "rtnetlink exists on Linux only; on other systems use devices in memory";
            throw new DeviceException(Kind.KERNEL, "open devices", system, advice);
        }
        try {
            return LinuxNetworkDevices.open(failPoint);
        } catch (NoClassDefFoundError e) {
            String advice = "the class " + e.getMessage()
                    + " is missing; put jnr-ffi and all jars that it depends on on the class"
                    + " path, or on the module path";
            throw new DeviceException(Kind.KERNEL, "open devices", "", "", advice, e);
        } catch (LinkageError e) {
            String advice = "the native library cannot be loaded; jffi unpacks it into java.io.tmpdir ("
                    + System.getProperty("java.io.tmpdir", "?") + "), which must allow execution, and JDK 24 and "
                    + "later may require --enable-native-access=ALL-UNNAMED, or the modules of jnr-ffi and jffi in its place";
            throw new DeviceException(Kind.KERNEL, "open devices", "", "", advice, e);
        }
    }
}
