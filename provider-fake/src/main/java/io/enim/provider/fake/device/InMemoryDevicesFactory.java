// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;

/** Devices in memory, under the name {@code memory}: for machines without Linux, and for tests. */
public final class InMemoryDevicesFactory implements NetworkDevicesFactory {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public NetworkDevices create() {
        return new InMemoryDevices();
    }
}
