package io.enim.provider.fake;

import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.ModelEni;

/** Attached ENIs of one instance appear as devices in memory. */
final class MemoryPlug implements CloudModel.Plug {
    private final MemoryDevices devices;
    private final String instanceId;

    MemoryPlug(MemoryDevices devices, String instanceId) {
        this.devices = devices;
        this.instanceId = instanceId;
    }

    @Override
    public void attached(ModelEni eni, String instance) {
        if (instance.equals(instanceId)) {
            devices.plugIn(eni.mac());
        }
    }

    @Override
    public void detached(ModelEni eni, String instance) {
        if (instance.equals(instanceId)) {
            devices.unplug(eni.mac());
        }
    }
}
