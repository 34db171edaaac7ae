// SPDX-License-Identifier: Apache-2.0
package io.enim.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.LifecycleListener;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.util.Optional;
import java.util.Set;

/**
 * Binds {@link EniManager} as a singleton. An application's binding of {@link EniMetrics}, {@link LifecycleListener},
 * {@link NetworkDevices}, {@link EniProvider} or {@link EniCloud} (each through an {@link OptionalBinder}) and {@link Liveness} (through a {@link Multibinder})
 * replaces the default. The application closes the manager: Guice has no shutdown.
 */
public final class EnimModule extends AbstractModule {
    private final EniSettings settings;

    /** A module for these settings. */
    public EnimModule(EniSettings settings) {
        this.settings = requireNonNull(settings, "settings");
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        bind(EniSettings.class).toInstance(settings);
        OptionalBinder.newOptionalBinder(binder(), EniMetrics.class)
                .setDefault()
                .toInstance(EniMetrics.NONE);
        OptionalBinder.newOptionalBinder(binder(), LifecycleListener.class);
        OptionalBinder.newOptionalBinder(binder(), NetworkDevices.class);
        OptionalBinder.newOptionalBinder(binder(), EniCloud.class);
        OptionalBinder.newOptionalBinder(binder(), EniProvider.class);
        Multibinder.newSetBinder(binder(), Liveness.class);
    }

    @Provides
    @Singleton
    EniManager manager(
            EniSettings bound,
            EniMetrics metrics,
            Set<Liveness> liveness,
            Optional<NetworkDevices> devices,
            Optional<LifecycleListener> listener,
            Optional<EniCloud> cloud,
            Optional<EniProvider> provider) {
        Enim.Builder builder = Enim.builder(bound).metrics(metrics);
        listener.ifPresent(builder::listener);
        cloud.ifPresent(builder::cloud);
        liveness.forEach(builder::liveness);
        devices.ifPresent(builder::devices);
        provider.ifPresent(builder::provider);
        return builder.build();
    }
}
