// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A context for tests of a factory: has settings, and keeps the cloud that the factory wants pooled. Override what else
 * the factory uses.
 */
public class UnpooledContext implements ProviderContext {
    private final Map<String, String> settings;
    private @Nullable EniCloud cloud;

    public UnpooledContext(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /** The cloud that was to be pooled. */
    public final EniCloud cloud() {
        return requireNonNull(cloud, "the factory asked for no pool");
    }

    @Override
    public final EniProvider pool(EniCloud toPool) {
        cloud = toPool;
        return new EniProvider() {
            @Override
            public List<Eni> list() {
                return List.of();
            }

            @Override
            public Eni allocateNextEni(Endpoint endpoint) {
                throw new UnsupportedOperationException("nothing is pooled here");
            }

            @Override
            public void deallocateEni(Endpoint endpoint) {
                throw new UnsupportedOperationException("nothing is pooled here");
            }

            @Override
            public void close() {
                toPool.close();
            }
        };
    }

    @Override
    public final Map<String, String> settings() {
        return settings;
    }

    @Override
    public OwnerTag ownerTag() {
        return new OwnerTag("test", "n1");
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public ScheduledExecutorService scheduler() {
        throw new UnsupportedOperationException("this context has no timers");
    }

    @Override
    public EniMetrics metrics() {
        return EniMetrics.NONE;
    }

    @Override
    public NetworkDevices devices() {
        throw new UnsupportedOperationException("this context has no devices");
    }

    @Override
    public Map<Endpoint, String> held() {
        return Map.of();
    }

    @Override
    public void availabilityChanged() {}
}
