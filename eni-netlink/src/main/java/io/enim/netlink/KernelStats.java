package io.enim.netlink;

import io.enim.netlink.internal.device.LinuxNetworkDevices;
import io.enim.spi.NetworkDevices;
import java.util.Optional;

/**
 * What a device layer has asked of the kernel since it was made. Two of them subtract to what lay between; other threads'
 * operations on the same layer count as well.
 *
 * @param rtnlAcquisitions how often the kernel had to take RTNL, its one lock for network configuration
 * @param sendNanos nanoseconds spent in sends, which is where the kernel does the work
 */
public record KernelStats(long rtnlAcquisitions, long sendNanos) {
    /** What this layer has used so far; empty when it does not use the kernel. */
    public static Optional<KernelStats> of(NetworkDevices devices) {
        return devices instanceof LinuxNetworkDevices kernel
                ? Optional.of(new KernelStats(kernel.counter().acquisitions(), kernel.sendNanos()))
                : Optional.empty();
    }

    /** What was used since then. */
    public KernelStats since(KernelStats before) {
        return new KernelStats(rtnlAcquisitions - before.rtnlAcquisitions, sendNanos - before.sendNanos);
    }
}
