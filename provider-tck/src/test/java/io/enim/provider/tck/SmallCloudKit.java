package io.enim.provider.tck;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.BadClouds.BadCloud;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over the plain cloud or the bad one of this name. */
@ExtendWith(KitResult.ImplementationName.class)
class SmallCloudKit extends EniCloudKit {
    private final BadCloud cloud;
    private final PlainCloud.Backend backend;

    SmallCloudKit(String name) {
        cloud = BadClouds.ALL.get(name);
        backend = new PlainCloud.Backend(cloud.faults().get());
    }

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        PlainCloud adapter = new PlainCloud(backend, ownerTag);
        cloud.change().accept(adapter);
        return adapter;
    }

    @Override
    TimeLimit timeLimit() {
        return backend.faults.timeLimit(timeout());
    }

    @Override
    protected int limit() {
        return PlainCloud.LIMIT;
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return cloud.injectsFaults() ? Optional.of(backend.faults.injector()) : Optional.empty();
    }

    @Override
    protected Set<String> foreignEnis() {
        return Set.of(PlainCloud.FIRST_INTERFACE);
    }

    @Override
    protected Optional<Runnable> reportUnknownStatus(String eniId) {
        backend.unknownStatusOf = eniId;
        return Optional.of(() -> backend.unknownStatusOf = "");
    }
}
