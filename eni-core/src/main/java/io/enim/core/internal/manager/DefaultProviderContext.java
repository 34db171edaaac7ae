package io.enim.core.internal.manager;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.Mark;
import io.enim.provider.ProviderContext;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What a provider gets from this manager.
 *
 * @param pools makes a pool over a cloud
 * @param changed wakes ADDs that wait for an ENI
 */
public record CoreContext(
        Map<String, String> settings,
        Mark mark,
        Clock clock,
        ScheduledExecutorService scheduler,
        EniMetrics metrics,
        NetworkDevices devices,
        Map<Endpoint, String> held,
        Function<EniCloud, EniProvider> pools,
        Runnable changed)
        implements ProviderContext {
    public CoreContext {
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
