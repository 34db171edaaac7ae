/** What must survive a restart: intents, on disk before the cloud is asked, and cooldowns. Entry: {@code PoolStateStore}. */
@NullMarked
package io.enim.core.internal.pool.store;

import org.jspecify.annotations.NullMarked;
