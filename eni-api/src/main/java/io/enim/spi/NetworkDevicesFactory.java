// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

/** Creates a device layer. Found with {@link java.util.ServiceLoader}. */
public interface NetworkDevicesFactory {
    /** The name for the setting {@code enim.devices}: unique, of lower-case letters, digits and {@code -}. */
    String name();

    /**
     * Creates a device layer; the host is the network namespace of the calling thread.
     *
     * @throws io.enim.DeviceException this machine lacks what is needed; the message names it
     */
    NetworkDevices create();
}
