/**
 * Runs the pool's rounds, one at a time and never blocking, and blocking work beside them under a time limit; its result
 * is a message to the next round. Knows nothing of ENIs. Entry: {@code ReconcileLoop} and {@code OffLoopCalls}.
 */
@NullMarked
package io.enim.core.internal.pool.loop;

import org.jspecify.annotations.NullMarked;
