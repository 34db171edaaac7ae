// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.loop;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * The time, threads and randomness that a pool runs on.
 *
 * @param scheduler for rounds and timers, which never block; not stopped by the pool
 * @param executor for cloud calls, device checks and the disk; bounded, not stopped by the pool
 * @param random for jitter and tokens; well seeded in production, like {@link java.security.SecureRandom}
 */
public record PoolRuntime(Clock clock, ScheduledExecutorService scheduler, Executor executor, RandomGenerator random) {}
