package io.enim.provider.fake;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.provider.tck.EniCloudKit;
import io.enim.provider.tck.FaultInjector;
import io.enim.testing.ManualClock;
import java.util.Locale;
import java.util.Optional;

/** The fake cloud keeps the rules of every cloud. */
class FakeCloudKitTest extends EniCloudKit {
    private static final int LIMIT = 3;

    private final Instance here = new Instance("i-1", "a", LIMIT);
    private final SimulatedRegion model = new SimulatedRegion(new ManualClock())
            .addSubnet(Subnet.of("one", "a", "10.0.0.0/22", ""))
            .addInstance(here);

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return new FakeCloud(model, ownerTag, here);
    }

    @Override
    protected int limit() {
        return LIMIT;
    }

    /** More than a page of the model. */
    @Override
    protected int eniCountOverOnePage() {
        return 120;
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(FaultInjector.of(
                (method, fault) -> model.faults()
                        .next(ApiCall.valueOf(method.toUpperCase(Locale.ROOT)), Kind.valueOf(fault.name())),
                () -> model.faults().hanging() > 0,
                model.faults()::release));
    }
}
