package io.enim.provider.fake.plug;

import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedRegion;

/** Attached ENIs of one instance appear as devices in memory. */
public final class InMemoryPlug implements SimulatedRegion.DevicePlug {
    private final InMemoryDevices devices;
    private final String instanceId;

    public InMemoryPlug(InMemoryDevices devices, String instanceId) {
        this.devices = devices;
        this.instanceId = instanceId;
    }

    @Override
    public void attached(SimulatedEni eni, String instance) {
        if (instance.equals(instanceId)) {
            devices.plugIn(eni.mac());
        }
    }

    @Override
    public void detached(SimulatedEni eni, String instance) {
        if (instance.equals(instanceId)) {
            devices.unplug(eni.mac());
        }
    }
}
