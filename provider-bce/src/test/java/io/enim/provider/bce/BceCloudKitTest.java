package io.enim.provider.bce;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.fake.model.Call;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.tck.EniCloudKit;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The adapter over BCE's wire keeps the rules of every cloud. */
class BceCloudKitTest extends EniCloudKit {
    private final BceLab lab = BceLab.small();

    /** After the kit has removed what it made. */
    @RegisterExtension
    final AfterEachCallback closing = context -> lab.close();

    @Override
    protected EniCloud newCloud(Mark mark) {
        return lab.cloud(Map.of(), mark);
    }

    @Override
    protected int limit() {
        return 3;
    }

    @Override
    protected Optional<Stall> stall() {
        return Optional.of(new Stall() {
            @Override
            public void begin() {
                lab.model.faults().next(Call.DESCRIBE, Kind.HANG);
            }

            @Override
            public boolean isReached() {
                return lab.model.faults().hanging() == 1;
            }

            @Override
            public void end() {
                lab.model.faults().release();
            }
        });
    }

    /** The servers of the stand-in. */
    @Override
    protected boolean isForeign(Thread thread) {
        return thread.getName().startsWith("HTTP-Dispatcher")
                || thread.getName().endsWith("-stand-in");
    }
}
