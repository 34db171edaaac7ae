/**
 * What the pool knows: plain state without I/O.
 *
 * <p>Confined to the reconcile loop unless a class says that it is thread-safe. Entry: {@code PoolInventory}.
 */
@NullMarked
package io.enim.core.internal.pool.model;

import org.jspecify.annotations.NullMarked;
