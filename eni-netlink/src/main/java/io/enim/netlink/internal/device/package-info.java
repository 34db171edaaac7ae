/**
 * The operations of the device SPI: find, move into a sandbox, configure, inspect, clean, return to the host.
 *
 * <p>Entry: {@code LinuxNetworkDevices}.
 */
@NullMarked
package io.enim.netlink.internal.device;

import org.jspecify.annotations.NullMarked;
