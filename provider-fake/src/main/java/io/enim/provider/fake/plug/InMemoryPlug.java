// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.plug;

import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;

/** Attached ENIs appear as devices in memory. */
public record InMemoryPlug(InMemoryDevices devices) implements SimulatedRegion.DevicePlug {
    @Override
    public void attached(SimulatedEni eni) {
        devices.plugIn(eni.mac());
    }

    @Override
    public void detached(SimulatedEni eni) {
        devices.unplug(eni.mac());
    }
}
