/**
 * Whether an endpoint still exists: what each source says, and the one verdict that garbage collection acts on. Entry:
 * {@link io.enim.core.internal.liveness.LivenessArbiter}. Unknown is not dead.
 */
@NullMarked
package io.enim.core.internal.liveness;

import org.jspecify.annotations.NullMarked;
