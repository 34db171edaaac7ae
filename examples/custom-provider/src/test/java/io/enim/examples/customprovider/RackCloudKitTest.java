package io.enim.examples.customprovider;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.EniCloudKit;

/** All that a vendor writes to test a cloud against the TCK. */
class RackCloudKitTest extends EniCloudKit {
    private final Rack rack = new Rack(3);

    @Override
    protected EniCloud newCloud(OwnerTag ownerTag) {
        return new RackCloud(rack, ownerTag);
    }

    @Override
    protected int limit() {
        return 3;
    }
}
