// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * The context that this manager gives its provider.
 *
 * @param pools makes a pool over a cloud
 * @param changed wakes ADDs that wait for an ENI
 */
public record DefaultProviderContext(
        Map<String, String> settings,
        OwnerTag ownerTag,
        Clock clock,
        ScheduledExecutorService scheduler,
        EniMetrics metrics,
        NetworkDevices devices,
        Map<Endpoint, String> held,
        Function<EniCloud, EniProvider> pools,
        Runnable changed)
        implements ProviderContext {
    public DefaultProviderContext {
        settings = Map.copyOf(settings);
        held = Map.copyOf(held);
    }

    @Override
    public void availabilityChanged() {
        changed.run();
    }

    @Override
    public EniProvider pool(EniCloud cloud) {
        return pools.apply(cloud);
    }
}
