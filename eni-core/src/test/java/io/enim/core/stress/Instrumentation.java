package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.core.Overriding;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.ReturnReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Shows the oracle what provider, cloud and devices do: its public methods replace theirs. */
final class Instrumentation {
    private final StressOracle oracle;
    private final int generation;
    private volatile EniCloud cloud;
    private volatile EniProvider provider;
    private volatile NetworkDevices devices;

    Instrumentation(StressOracle oracle) {
        this.oracle = oracle;
        this.generation = oracle.newGeneration();
    }

    EniCloud around(EniCloud seen) {
        cloud = seen;
        return Overriding.methods(EniCloud.class, seen, this);
    }

    public List<CloudEni> describe() {
        oracle.callsCloud();
        return cloud.describe();
    }

    public CloudEni create(CreateRequest request) {
        oracle.callsCloud();
        oracle.effectOf(generation, "create");
        return cloud.create(request);
    }

    public void attach(String eniId, AttachRequest request) {
        oracle.callsCloud();
        oracle.effectOf(generation, "attach");
        cloud.attach(eniId, request);
    }

    public void detach(String eniId) {
        oracle.removes(eniId, "detach");
        cloud.detach(eniId);
    }

    public void delete(String eniId) {
        oracle.removes(eniId, "delete");
        cloud.delete(eniId);
    }

    EniProvider around(EniProvider seen) {
        provider = seen;
        return Overriding.methods(EniProvider.class, seen, this);
    }

    NetworkDevices around(NetworkDevices seen) {
        devices = seen;
        return Overriding.methods(NetworkDevices.class, seen, this);
    }

    public Eni allocateNextEni(Endpoint endpoint) {
        Eni eni = provider.allocateNextEni(endpoint);
        oracle.claimed(endpoint, eni);
        return eni;
    }

    public void deallocateEni(Endpoint endpoint) {
        // Before the call: from its start on, another endpoint may get the ENI.
        oracle.releaseBegins(endpoint);
        provider.deallocateEni(endpoint);
    }

    public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        oracle.releaseBegins(endpoint);
        return provider.takeBack(endpoint, fault);
    }

    public void forgetLost(Endpoint endpoint) {
        oracle.forgotten(endpoint);
        provider.forgetLost(endpoint);
    }

    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        oracle.effectOf(generation, "moveIn");
        oracle.moveInBegins(device.identity(), netns.path());
        return devices.moveIn(device, netns, config, timeout);
    }

    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        oracle.effectOf(generation, "configure");
        devices.configure(device, netns, config, timeout);
    }

    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        oracle.effectOf(generation, "returnToHost");
        oracle.returnsToHost(baseline.mac());
        return devices.returnToHost(baseline, netns, timeout);
    }
}
