/**
 * Garbage collection. Entry: {@link io.enim.core.internal.gc.GarbageCollector}.
 *
 * <p>A round looks at every assignment, ENI and device, and ends what is provably dead through the one release path,
 * in the lane of its endpoint, after judging again there. Rounds run on one thread; what they start runs in lanes.
 *
 * <p>Unknown is not dead: where a source fails or contradicts another, the round says so and does nothing destructive.
 */
@NullMarked
package io.enim.core.internal.gc;

import org.jspecify.annotations.NullMarked;
