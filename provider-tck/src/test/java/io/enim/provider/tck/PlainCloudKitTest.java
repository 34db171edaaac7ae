package io.enim.provider.tck;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import java.util.Optional;
import java.util.Set;

/** A cloud that keeps the rules passes. */
class PlainCloudKitTest extends EniCloudKit {
    private final PlainCloud.Backend backend = new PlainCloud.Backend();

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return new PlainCloud(backend, ownerTag);
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(backend.faults.injector());
    }

    @Override
    protected int limit() {
        return PlainCloud.LIMIT;
    }

    @Override
    protected Set<String> foreignEnis() {
        return Set.of(PlainCloud.FIRST_INTERFACE);
    }

    @Override
    protected Optional<Runnable> reportUnknownStatus(String eniId) {
        return backend.reportUnknownStatus(eniId);
    }
}
