package io.enim.core.internal.pool;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.EniMetrics;
import io.enim.EniSettings;
import io.enim.core.internal.step.Steps;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
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
public record PoolTools(
        EniCloud cloud,
        EniSettings settings,
        Mark mark,
        Map<Endpoint, String> held,
        Path stateDirectory,
        Clock clock,
        ScheduledExecutorService scheduler,
        Executor executor,
        NetworkDevices devices,
        Function<Device, HomeState> homes,
        EniMetrics metrics,
        Steps steps,
        RandomGenerator random,
        Runnable availabilityChanged) {
    public PoolTools {
        requireNonNull(cloud, "cloud");
        requireNonNull(settings, "settings");
        requireNonNull(mark, "mark");
        held = Map.copyOf(held);
        requireNonNull(stateDirectory, "stateDirectory");
        requireNonNull(clock, "clock");
        requireNonNull(scheduler, "scheduler");
        requireNonNull(executor, "executor");
        requireNonNull(devices, "devices");
        requireNonNull(homes, "homes");
        requireNonNull(metrics, "metrics");
        requireNonNull(steps, "steps");
        requireNonNull(random, "random");
        requireNonNull(availabilityChanged, "availabilityChanged");
    }
}
