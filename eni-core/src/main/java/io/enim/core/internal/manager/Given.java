// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.Health;
import io.enim.LifecycleListener;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.util.List;
import java.util.Optional;

/**
 * What an application gives a manager.
 *
 * @param surroundings what the application found around itself; health is never better
 * @param classLoader finds the device layer and the provider's factory where none is given
 * @param provider one that the application has made; without it, a factory makes one
 */
public record Given(
        EniSettings settings,
        EniMetrics metrics,
        Optional<LifecycleListener> listener,
        Health surroundings,
        List<Liveness> liveness,
        ClassLoader classLoader,
        Optional<NetworkDevices> devices,
        Optional<EniProviderFactory> factory,
        Optional<EniProvider> provider) {}
