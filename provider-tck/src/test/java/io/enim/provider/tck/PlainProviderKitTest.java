package io.enim.provider.tck;

import io.enim.Endpoint;
import io.enim.provider.EniProvider;
import java.util.Map;

/** A provider that keeps the rules passes. */
class PlainProviderKitTest extends EniProviderKit {
    @Override
    protected EniProvider newProvider(Map<Endpoint, String> held) {
        return new PlainProvider(held);
    }

    @Override
    protected int enis() {
        return PlainProvider.ENIS;
    }
}
