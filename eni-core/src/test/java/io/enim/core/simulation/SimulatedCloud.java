package io.enim.core.simulation;

import io.enim.core.chaos.Chaos;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Malformed;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import java.util.List;
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
        return chaos.isMalformed(Place.CLOUD) ? Malformed.list(enis, random::nextInt) : enis;
    }

    private static int number(String eniId) {
        return eniId.charAt(eniId.length() - 1);
    }

    @Override
    public CloudEni create(CreateRequest request) {
        return chaos.call(Place.CLOUD, "create", () -> cloud.create(request));
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        chaos.call(Place.CLOUD, "attach", number(eniId), () -> {
            cloud.attach(eniId, request);
            return true;
        });
    }

    @Override
    public void detach(String eniId) {
        chaos.call(Place.CLOUD, "detach", number(eniId), () -> {
            oracle.detaches(eniId);
            cloud.detach(eniId);
            return true;
        });
    }

    @Override
    public void delete(String eniId) {
        chaos.call(Place.CLOUD, "delete", number(eniId), () -> {
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
