package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cloud that keeps the rules passes however awkward it is, and the kit leaves nothing in it. */
class SlowFlakyCloudKitTest extends EniCloudKit {
    private final PlainCloud.Backend backend = new PlainCloud.Backend(new ScriptedFaults());
    private final SlowFlakyCloud.SharedDelays sharedDelays = new SlowFlakyCloud.SharedDelays();

    @RegisterExtension
    final AfterEachCallback emptied =
            context -> assertThat(backend.enis).as("what the kit left").isEmpty();

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return new SlowFlakyCloud(backend, sharedDelays, ownerTag);
    }

    @Override
    protected int limit() {
        return PlainCloud.LIMIT;
    }
}
