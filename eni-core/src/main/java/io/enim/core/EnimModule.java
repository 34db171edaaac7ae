// SPDX-License-Identifier: Apache-2.0
package io.enim.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Key;
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
 * Binds {@link EniManager}, as a singleton, and {@link EniSettings}; nothing else of the application's injector changes. The
 * manager is built with what the application binds of {@link EniMetrics}, {@link LifecycleListener}, {@link NetworkDevices},
 * {@link EniProvider} and {@link EniCloud}, plainly or with an {@link OptionalBinder}, and of {@link Liveness}, with a
 * {@link Multibinder}. What needs the manager itself, like a listener that calls it, injects a provider of it.
 *
 * <p>Two managers in one injector are two modules, each installed in a private module that exposes its manager under an
 * annotation. The application closes the manager: Guice has no shutdown.
 */
public final class EnimModule extends AbstractModule {
    private final EniSettings settings;

    /** A module for these settings. */
    public EnimModule(EniSettings settings) {
        this.settings = requireNonNull(settings, "settings");
    }

    @Override
    protected void configure() {
        bind(EniSettings.class).toInstance(settings);
    }

    /** A binder of what may be absent would bind it for the application as well; the injector is asked instead. */
    @Provides
    @Singleton
    EniManager manager(EniSettings bound, Injector injector) {
        Enim.Builder builder = Enim.builder(bound);
        find(injector, Key.get(EniMetrics.class)).ifPresent(builder::metrics);
        find(injector, Key.get(LifecycleListener.class)).ifPresent(builder::listener);
        find(injector, Key.get(EniCloud.class)).ifPresent(builder::cloud);
        find(injector, new Key<Set<Liveness>>() {}).ifPresent(sources -> sources.forEach(builder::liveness));
        find(injector, Key.get(NetworkDevices.class)).ifPresent(builder::devices);
        find(injector, Key.get(EniProvider.class)).ifPresent(builder::provider);
        return builder.build();
    }

    private static <T> Optional<T> find(Injector injector, Key<T> key) {
        return Optional.ofNullable(injector.getExistingBinding(key))
                .map(binding -> binding.getProvider().get());
    }
}
