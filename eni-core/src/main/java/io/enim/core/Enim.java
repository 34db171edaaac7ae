// SPDX-License-Identifier: Apache-2.0
package io.enim.core;

import static java.util.Objects.requireNonNull;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.Health;
import io.enim.LifecycleListener;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.manager.Given;
import io.enim.core.internal.manager.ManagerBootstrap;
import io.enim.core.internal.manager.Platform;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Builds managers. */
public final class Enim {
    private Enim() {}

    /** A builder of a manager with these settings. */
    public static Builder builder(EniSettings settings) {
        return new Builder(settings);
    }

    /** Builds a manager. Not thread-safe. */
    public static final class Builder {
        private final EniSettings settings;
        private final List<Liveness> liveness = new ArrayList<>();
        private EniMetrics metrics = EniMetrics.NONE;
        private Health surroundings = Health.healthy();
        private Platform platform = Platform.MACHINE;
        private ClassLoader classLoader = Enim.class.getClassLoader();
        private @Nullable LifecycleListener listener;
        private @Nullable NetworkDevices devices;
        private @Nullable EniProviderFactory factory;
        private @Nullable EniProvider provider;

        private Builder(EniSettings settings) {
            this.settings = requireNonNull(settings, "settings");
        }

        /** Sets the receiver of measurements; the default discards them. */
        public Builder metrics(EniMetrics receiver) {
            this.metrics = requireNonNull(receiver, "receiver");
            return this;
        }

        /** Sets the listener to what happens to endpoints and ENIs. */
        public Builder listener(LifecycleListener told) {
            this.listener = requireNonNull(told, "told");
            return this;
        }

        /** Adds a source of liveness, beside the namespaces themselves. */
        public Builder liveness(Liveness source) {
            liveness.add(requireNonNull(source, "source"));
            return this;
        }

        /**
         * Sets what the application found of its surroundings when it started, such as a capability that its process lacks or a
         * directory that is not mounted. {@link EniManager#health()} has the reasons, and is never better than this.
         */
        public Builder surroundings(Health found) {
            this.surroundings = requireNonNull(found, "found");
            return this;
        }

        /** Sets the clock of records, and the nanoseconds of ages, which never go back; for tests. */
        public Builder clocks(InstantSource wall, LongSupplier elapsed) {
            return platform(platform.with(
                    new MonotonicClock(requireNonNull(wall, "wall"), requireNonNull(elapsed, "elapsed"))));
        }

        Platform platform() {
            return platform;
        }

        Builder platform(Platform other) {
            this.platform = other;
            return this;
        }

        /** Sets the class loader that finds device layers and providers; the default is that of ENIM. */
        public Builder classLoader(ClassLoader loader) {
            this.classLoader = requireNonNull(loader, "loader");
            return this;
        }

        /** Sets a device layer, instead of finding one. It stays open when the manager closes. */
        public Builder devices(NetworkDevices instance) {
            this.devices = requireNonNull(instance, "instance");
            return this;
        }

        /**
         * Sets a provider, instead of finding one. It stays open when the manager closes. It is
         * {@linkplain EniProvider#restore told} what endpoints hold. Of several calls of this kind, the last one counts.
         */
        public Builder provider(EniProvider instance) {
            this.provider = requireNonNull(instance, "instance");
            this.factory = null;
            return this;
        }

        /** Sets the factory of the provider, instead of finding one by {@code enim.provider}. */
        public Builder provider(EniProviderFactory maker) {
            this.factory = requireNonNull(maker, "maker");
            this.provider = null;
            return this;
        }

        /**
         * Sets a cloud, over which ENIM's own pool is the provider, instead of finding one. It closes with the manager; after
         * a failed {@link #build}, the application closes it.
         */
        public Builder cloud(EniCloud instance) {
            return provider(new PooledCloud(requireNonNull(instance, "instance")));
        }

        /**
         * Builds and starts the manager. Blocks on the disk, and on the cloud as far as the provider does.
         *
         * @throws io.enim.SettingsException a setting is invalid, or what it names cannot be found
         * @throws io.enim.LedgerException a directory cannot be used, or another process has it
         * @throws io.enim.ProviderException the provider cannot start
         * @throws io.enim.DeviceException this machine lacks what the device layer needs
         */
        public EniManager build() {
            Given given = new Given(
                    settings,
                    metrics,
                    Optional.ofNullable(listener),
                    surroundings,
                    List.copyOf(liveness),
                    classLoader,
                    Optional.ofNullable(devices),
                    Optional.ofNullable(factory),
                    Optional.ofNullable(provider));
            return new ManagerBootstrap(given, platform).build();
        }
    }
}
