// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/** The services of the manager for its provider. Safe for concurrent use; valid as long as the manager is open. */
public interface ProviderContext {
    /** The provider's own settings: the keys behind {@code enim.provider.NAME.}, without that prefix. */
    Map<String, String> settings();

    /**
     * A reader of the provider's own settings.
     *
     * @param provider the provider's name
     * @param known every key the provider reads
     * @throws io.enim.SettingsException a key is none of the known ones
     */
    default ProviderSettings settings(String provider, Set<String> known) {
        return new ProviderSettings(provider, settings(), known);
    }

    /** The owner tag for the cloud objects of this cluster and node. */
    OwnerTag ownerTag();

    /** The clock for durations and ages: it never steps, and it is not the wall clock. */
    Clock clock();

    /**
     * For the provider's timers and background work: one thread, which nothing else uses, so that a task that blocks delays
     * only the provider's others. Owned and stopped by the manager.
     */
    ScheduledExecutorService scheduler();

    /** The receiver of measurements. Its methods do not block and throw nothing that a listener throws. */
    EniMetrics metrics();

    /** The devices of this machine. */
    NetworkDevices devices();

    /**
     * The id of the ENI that each endpoint held when the last manager stopped or crashed, from the node's ledger. A provider
     * that keeps its allocations in memory begins with these.
     */
    Map<Endpoint, String> held();

    /**
     * To be called when an ENI may have become free without a release, so that waiting ADDs try again at once. Does not
     * block.
     */
    void availabilityChanged();

    /**
     * ENIM's own pool over this cloud: allocator, warm ENIs, retries, limits, recovery. A vendor that writes an
     * {@link EniCloud} returns this from its factory. Closing the pool closes the cloud.
     */
    EniProvider pool(EniCloud cloud);
}
