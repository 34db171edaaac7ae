// SPDX-License-Identifier: Apache-2.0
package io.enim.core;

import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;

/** Makes ENIM's pool over a given cloud the provider. */
record PooledCloud(EniCloud cloud) implements EniProviderFactory {
    @Override
    public String name() {
        return "given-cloud";
    }

    @Override
    public EniProvider create(ProviderContext context) {
        return context.pool(cloud);
    }
}
