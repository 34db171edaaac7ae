package io.enim.provider.fake;

import io.enim.Cidr;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.fake.model.Call;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.fake.model.HandClock;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.Subnet;
import io.enim.provider.tck.EniCloudKit;
import java.util.Optional;

/** The fake cloud keeps the rules of every cloud. */
class FakeCloudKitTest extends EniCloudKit {
    private static final int LIMIT = 3;

    private final Instance here = new Instance("i-1", "a", LIMIT);
    private final CloudModel model = new CloudModel(new HandClock())
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
    protected Optional<Stall> stall() {
        return Optional.of(new Stall() {
            @Override
            public void begin() {
                model.faults().next(Call.DESCRIBE, Kind.HANG);
            }

            @Override
            public boolean isReached() {
                return model.faults().hanging() == 1;
            }

            @Override
            public void end() {
                model.faults().release();
            }
        });
    }
}
