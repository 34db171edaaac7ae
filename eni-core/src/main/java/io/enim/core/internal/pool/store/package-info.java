/**
 * What the pool must know again after a restart: intents towards the cloud and cooldowns, on disk before the cloud is asked.
 *
 * <p>Entry: {@code PoolStateStore}.
 */
@NullMarked
package io.enim.core.internal.pool.store;

import org.jspecify.annotations.NullMarked;
