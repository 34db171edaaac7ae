package io.enim.provider.fake;

import io.enim.Cidr;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.fake.model.Call;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.Subnet;
import io.enim.provider.fake.time.ManualClock;
import io.enim.provider.tck.EniCloudKit;
import io.enim.provider.tck.FaultInjector;
import java.util.Locale;
import java.util.Optional;

/** The fake cloud keeps the rules of every cloud. */
class FakeCloudKitTest extends EniCloudKit {
    private static final int LIMIT = 3;

    private final Instance here = new Instance("i-1", "a", LIMIT);
    private final CloudModel model = new CloudModel(new ManualClock())
            .addSubnet(new Subnet("one", "a", Optional.of(Cidr.parse("10.0.0.0/22")), Optional.empty()))
            .addInstance(here);

    @Override
    protected EniCloud newCloud(Mark mark) {
        return new FakeCloud(model, mark, here);
    }

    @Override
    protected int limit() {
        return LIMIT;
    }

    /** More than a page of the model. */
    @Override
    protected int several() {
        return 120;
    }

    @Override
    protected Optional<FaultInjector> faults() {
        return Optional.of(FaultInjector.of(
                (method, fault) ->
                        model.faults().next(Call.valueOf(method.toUpperCase(Locale.ROOT)), Kind.valueOf(fault.name())),
                () -> model.faults().hanging() > 0,
                model.faults()::release));
    }
}
