package io.enim.provider.tck;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.BadClouds.BadCloud;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kit over the bad cloud of this name. */
@ExtendWith(KitResult.ImplementationName.class)
class BadCloudKit extends EniCloudKit {
    private final BadCloud bad;
    private final PlainCloud.Backend backend;

    BadCloudKit(String name) {
        bad = BadClouds.ALL.get(name);
        backend = new PlainCloud.Backend(bad.faults().get());
    }

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return bad.cloud().apply(backend, ownerTag);
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
        return bad.injectsFaults() ? Optional.of(backend.faults.injector()) : Optional.empty();
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
