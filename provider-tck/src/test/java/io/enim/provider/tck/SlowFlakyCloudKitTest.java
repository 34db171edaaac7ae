package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cloud that keeps the rules passes however awkward it is, and the kit leaves nothing in it. */
class AwkwardCloudKitTest extends EniCloudKit {
    private final PlainCloud.Backend backend = new PlainCloud.Backend();
    private final AwkwardCloud.Pace pace = new AwkwardCloud.Pace();

    @RegisterExtension
    final AfterEachCallback emptied =
            context -> assertThat(backend.enis).as("what the kit left").isEmpty();

    @Override
    protected EniCloud newCloud(Mark mark) {
        return new AwkwardCloud(backend, pace, mark);
    }

    @Override
    protected int limit() {
        return PlainCloud.LIMIT;
    }
}
