package io.enim.provider.tck;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import java.util.Optional;

/** A cloud that keeps the rules passes. */
class PlainCloudKitTest extends EniCloudKit {
    private final PlainCloud.Backend backend = new PlainCloud.Backend();

    @Override
    protected EniCloud newCloud(Mark mark) {
        return new PlainCloud(backend, mark);
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(backend.troubles.injector());
    }

    @Override
    protected int limit() {
        return PlainCloud.LIMIT;
    }
}
