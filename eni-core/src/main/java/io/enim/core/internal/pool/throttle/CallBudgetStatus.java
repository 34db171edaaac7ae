// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.throttle;

/**
 * What one kind of cloud call has used and may use.
 *
 * @param call the call's name; all mutating calls share one rate
 * @param made how often it was made since the start
 * @param failed how many of those failed
 * @param heldBack how often it was delayed by the rate
 * @param available how many could be made at once now
 * @param perSecond the rate
 * @param burst the most that can be made at once after a quiet time
 */
public record CallBudgetStatus(
        String call, long made, long failed, long heldBack, int available, double perSecond, int burst) {}
