package io.enim.provider.aws;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.fake.ec2.Ec2StandIn;
import io.enim.provider.fake.model.Call;
import io.enim.provider.fake.model.Faults.Kind;
import io.enim.provider.tck.EniCloudKit;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The adapter over EC2's wire keeps the rules of every cloud. */
class AwsCloudKitTest extends EniCloudKit {
    private final Ec2Lab lab = Ec2Lab.small();

    /** After the kit has removed what it made. */
    @RegisterExtension
    final AfterEachCallback closing = context -> lab.close();

    @Override
    protected EniCloud newCloud(Mark mark) {
        return lab.cloud(Map.of(), mark, Ec2StandIn.SECRET);
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
