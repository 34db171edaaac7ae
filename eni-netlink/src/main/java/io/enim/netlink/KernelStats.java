// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink;

import io.enim.netlink.internal.device.LinuxNetworkDevices;
import io.enim.spi.NetworkDevices;
import java.util.Optional;

/**
 * The kernel's work for a device layer since the layer was created. Two of them subtract to the work in between; other
 * threads' operations on the same layer count as well.
 *
 * @param rtnlAcquisitions how often the kernel had to take RTNL, its one lock for network configuration
 * @param sendNanos nanoseconds spent in sends, in which the kernel does the work
 */
public record KernelStats(long rtnlAcquisitions, long sendNanos) {
    /** The work so far; empty when this layer does not use the kernel. */
    public static Optional<KernelStats> of(NetworkDevices devices) {
        return devices instanceof LinuxNetworkDevices linux
                ? Optional.of(new KernelStats(linux.rtnlAcquisitions(), linux.sendNanos()))
                : Optional.empty();
    }

    /** The work since an earlier reading. */
    public KernelStats since(KernelStats before) {
        return new KernelStats(rtnlAcquisitions - before.rtnlAcquisitions, sendNanos - before.sendNanos);
    }
}
