package io.enim.examples.customprovider;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.tck.EniCloudKit;

/** All that a vendor writes to have a cloud proved. */
class RackCloudKitTest extends EniCloudKit {
    private final Rack rack = new Rack(3);

    @Override
    protected EniCloud newCloud(Mark mark) {
        return new RackCloud(rack, mark);
    }

    @Override
    protected int limit() {
        return 3;
    }
}
