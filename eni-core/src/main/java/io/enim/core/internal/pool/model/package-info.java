/** What the pool knows: plain state without I/O. Entry: {@code PoolInventory}. */
@NullMarked
package io.enim.core.internal.pool.model;

import org.jspecify.annotations.NullMarked;
