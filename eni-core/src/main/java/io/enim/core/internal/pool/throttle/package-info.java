/** Whether a cloud call may be made now: call budget, circuit breakers, backoff. Entry: {@code CloudCallGate}. */
@NullMarked
package io.enim.core.internal.pool.throttle;

import org.jspecify.annotations.NullMarked;
