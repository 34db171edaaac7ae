// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool;

import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.store.PoolStateStore;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * The time, threads, randomness and state directory that a pool runs on. All are closed after it, by their owner.
 *
 * @param execution for waits; the scheduler and the executor run on it
 * @param scheduler for rounds and timers, which never block
 * @param executor for cloud calls, device checks and the disk; bounded
 * @param random for jitter and tokens; well seeded in production, like {@link java.security.SecureRandom}
 */
public record PoolRuntime(
        MonotonicClock clock,
        Execution execution,
        ScheduledExecutorService scheduler,
        Executor executor,
        RandomGenerator random,
        PoolStateStore store) {}
