/**
 * What must survive a restart: intents, on disk before the cloud is asked, and cooldowns.
 *
 * <p>Entry: {@code PoolStateStore} and {@code IntentLog}.
 */
@NullMarked
package io.enim.core.internal.pool.store;

import org.jspecify.annotations.NullMarked;
