package io.enim.core.simulation;

import io.enim.EniAddress;
import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A cloud whose calls go wrong, watched by the oracle. */
final class SimulatedCloud implements EniCloud {
    private final EniCloud cloud;
    private final Chaos chaos;
    private final Random random;
    private final NodeOracle oracle;

    SimulatedCloud(EniCloud cloud, Chaos chaos, Random random, NodeOracle oracle) {
        this.cloud = cloud;
        this.chaos = chaos;
        this.random = random;
        this.oracle = oracle;
    }

    @Override
    public NodeIdentity node() {
        return cloud.node();
    }

    @Override
    public NodeLimits limits() {
        return chaos.call(Place.CLOUD, "limits", cloud::limits);
    }

    @Override
    public List<CloudEni> describe() {
        List<CloudEni> enis = chaos.call(Place.CLOUD, "describe", cloud::describe);
        return chaos.isMalformed(Place.CLOUD) ? malformed(new ArrayList<>(enis)) : enis;
    }

    /** One ENI is not as the contract says. */
    private List<CloudEni> malformed(List<CloudEni> enis) {
        if (enis.isEmpty()) {
            return enis;
        }
        int which = random.nextInt(enis.size());
        CloudEni eni = enis.get(which);
        Optional<EniAddress> none = Optional.empty();
        switch (random.nextInt(3)) {
            case 0 -> enis.set(which, null);
            case 1 -> enis.set(which, withAddresses(eni, eni.ipv6(), eni.ipv4()));
            default -> enis.set(which, withAddresses(eni, none, none));
        }
        return enis;
    }

    private static CloudEni withAddresses(CloudEni eni, Optional<EniAddress> ipv4, Optional<EniAddress> ipv6) {
        return new CloudEni(
                eni.id(),
                eni.status(),
                eni.mac(),
                ipv4,
                ipv6,
                eni.subnetId(),
                eni.number(),
                eni.instanceId(),
                eni.ownerTag(),
                eni.created());
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return chaos.call(Place.CLOUD, "create", () -> cloud.create(request));
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        chaos.call(Place.CLOUD, "attach", () -> {
            cloud.attach(eniId, request);
            return true;
        });
    }

    @Override
    public void detach(String eniId) {
        chaos.call(Place.CLOUD, "detach", () -> {
            oracle.detaches(eniId);
            cloud.detach(eniId);
            return true;
        });
    }

    @Override
    public void delete(String eniId) {
        chaos.call(Place.CLOUD, "delete", () -> {
            oracle.deletes(eniId);
            cloud.delete(eniId);
            return true;
        });
    }

    @Override
    public void close() {
        cloud.close();
    }
}
