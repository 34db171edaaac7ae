/**
 * Garbage collection. Entry: {@link io.enim.core.internal.gc.GarbageCollector}.
 *
 * <p>A round examines every assignment, ENI and device, and ends what is provably dead through the one release path.
 * Rounds run on one thread; what they start runs on the workers of the per-endpoint executor.
 *
 * <p>Unknown is not dead: where a source fails or contradicts another, the round reports it and does nothing destructive.
 */
@NullMarked
package io.enim.core.internal.gc;

import org.jspecify.annotations.NullMarked;
