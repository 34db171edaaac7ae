/**
 * Runs the pool's rounds one at a time, and blocking work beside them under a time limit. Knows nothing of ENIs.
 *
 * <p>Entry: {@code ReconcileLoop} and {@code OffLoopCalls}. A round never blocks; the result of off-loop work is a message
 * to the next round.
 */
@NullMarked
package io.enim.core.internal.pool.loop;

import org.jspecify.annotations.NullMarked;
