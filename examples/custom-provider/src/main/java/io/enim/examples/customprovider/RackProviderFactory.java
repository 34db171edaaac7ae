// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.customprovider;

import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import java.util.Set;

/** Creates the provider {@code rack}. Its only setting is {@code slots}: the number of ports the machine takes, 8 by default. */
public final class RackProviderFactory implements EniProviderFactory {
    private static final String NAME = "rack";
    private static final String SLOTS = "slots";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public EniProvider create(ProviderContext context) {
        int slots = context.settings(NAME, Set.of(SLOTS)).count(SLOTS, 1, 999).orElse(8);
        return context.pool(new RackCloud(new Rack(slots), context.ownerTag()));
    }
}
