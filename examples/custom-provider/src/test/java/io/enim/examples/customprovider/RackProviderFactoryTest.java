package io.enim.examples.customprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.SettingsException;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class RackProviderFactoryTest {
    private static final class PoolAsked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int limit;

        PoolAsked(int limit) {
            super("pooled");
            this.limit = limit;
        }
    }

    /** A context with settings; the pool asked for ends the test. */
    private record Context(Map<String, String> settings) implements ProviderContext {
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
            throw new UnsupportedOperationException("the rack has no timers");
        }

        @Override
        public EniMetrics metrics() {
            return EniMetrics.NONE;
        }

        @Override
        public NetworkDevices devices() {
            throw new UnsupportedOperationException("the rack touches no devices");
        }

        @Override
        public Map<Endpoint, String> held() {
            return Map.of();
        }

        @Override
        public void availabilityChanged() {
            throw new UnsupportedOperationException("the pool does this");
        }

        @Override
        public EniProvider pool(EniCloud cloud) {
            throw new PoolAsked(cloud.limits().maxEnis());
        }
    }

    private static EniProviderFactory found() {
        return ServiceLoader.load(EniProviderFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals("rack"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void isFoundAndPoolsTheRack() {
        assertThatExceptionOfType(PoolAsked.class)
                .isThrownBy(() -> found().create(new Context(Map.of("slots", "5"))))
                .satisfies(asked -> assertThat(asked.limit).isEqualTo(5));
    }

    @Test
    void aBadSettingIsNamed() {
        for (Map<String, String> bad : List.of(Map.of("slots", "0"), Map.of("slots", "many"))) {
            assertThatExceptionOfType(SettingsException.class)
                    .isThrownBy(() -> found().create(new Context(bad)))
                    .satisfies(e -> assertThat(e.key()).isEqualTo("enim.provider.rack.slots"));
        }
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> found().create(new Context(Map.of("slot", "5"))))
                .satisfies(e -> assertThat(e.key()).isEqualTo("enim.provider.rack.slot"));
    }
}
