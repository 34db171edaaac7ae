/**
 * Whether a cloud call may go out now: call budget, circuit breakers, backoff.
 *
 * <p>Confined to the reconcile loop. Entry: {@code CloudCallGate}.
 */
@NullMarked
package io.enim.core.internal.pool.throttle;

import org.jspecify.annotations.NullMarked;
