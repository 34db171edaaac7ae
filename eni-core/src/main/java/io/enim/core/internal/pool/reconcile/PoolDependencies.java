package io.enim.core.internal.pool.reconcile;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a pool works with.
 *
 * @param cloud the cloud; closed with the pool
 * @param settings targets, limits and times
 * @param mark marks what is created as belonging to this cluster and node
 * @param held who held which ENI, by id, when the manager last stopped or died
 * @param stateDirectory where intents and cooldowns are kept; belongs to the pool alone
 * @param clock the time
 * @param scheduler for rounds and timers, which never block; not stopped by the pool
 * @param executor for cloud calls, device look-ups and the disk; a bounded one, not stopped by the pool
 * @param devices the devices of this machine; not closed by the pool
 * @param homes how a device that is seen at home is to be there
 * @param metrics hears of cloud calls and counts
 * @param steps runs what has an effect outside the process
 * @param random jitter and tokens; to be seeded well in production, like {@link java.security.SecureRandom}
 * @param availabilityChanged called when an ENI became free by itself; returns at once
 */
public record PoolDependencies(
        EniCloud cloud,
        EniSettings settings,
        OwnerTag ownerTag,
        Map<Endpoint, String> held,
        Path stateDirectory,
        Clock clock,
        ScheduledExecutorService scheduler,
        Executor executor,
        NetworkDevices devices,
        Function<Device, DeviceBaseline> baselines,
        EniMetrics metrics,
        StepRunner steps,
        RandomGenerator random,
        Runnable availabilityChanged) {
    public PoolDependencies {
        requireNonNull(cloud, "cloud");
        requireNonNull(settings, "settings");
        requireNonNull(ownerTag, "mark");
        held = Map.copyOf(held);
        requireNonNull(stateDirectory, "stateDirectory");
        requireNonNull(clock, "clock");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(executor, "executor");
        requireNonNull(devices, "devices");
        requireNonNull(baselines, "homes");
        requireNonNull(metrics, "metrics");
        requireNonNull(steps, "steps");
        requireNonNull(random, "random");
        requireNonNull(availabilityChanged, "availabilityChanged");
    }
}
