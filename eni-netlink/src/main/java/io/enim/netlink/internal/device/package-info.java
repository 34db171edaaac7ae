/**
 * The operations of the device SPI: find, move into a sandbox, configure, inspect, restore, return to the host.
 *
 * <p>Entry: {@link io.enim.netlink.internal.device.LinuxNetworkDevices}, the SPI, which delegates each operation to one
 * class. Everything here is safe for concurrent use. Operations run on the caller's thread; {@code LinkMonitor} has one of
 * its own, which reads notifications and calls listeners.
 */
@NullMarked
package io.enim.netlink.internal.device;

import org.jspecify.annotations.NullMarked;
