// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.sizing;

/**
 * How many ENIs there should be.
 *
 * @param min fewest on this node, used or free
 * @param max most on this node
 * @param warm free ones to keep ready
 */
public record PoolTargets(int min, int max, int warm) {
    /**
     * What there is.
     *
     * @param slots slots of the instance that are taken, or about to be
     * @param ready free ENIs
     * @param provisioning ENIs created or being created, not ready yet
     * @param waiting pods that were refused and may be retried
     */
    public record Supply(int slots, int ready, int provisioning, int waiting) {}

    /** The most there may be, given what the cloud allows. */
    public int cap(int allowed) {
        return Math.min(max, allowed);
    }

    /**
     * How many to create. ENIs in cooldown are no supply: an endpoint that waits would wait for the end of a cooldown that
     * is not its own (F26). Demand never exceeds the cap, however many endpoints ask (F15).
     */
    public int toCreate(Supply supply, int cap) {
        int missing = Math.max(warm + supply.waiting() - supply.ready() - supply.provisioning(), min - supply.slots());
        return Math.max(0, Math.min(missing, cap - supply.slots()));
    }

    /** How many free ones are surplus. */
    public int surplus(Supply supply, int cap) {
        int unneeded = Math.min(supply.ready() - warm - supply.waiting(), supply.slots() - min);
        int aboveCap = Math.min(supply.ready(), supply.slots() - cap);
        return Math.max(0, Math.max(unneeded, aboveCap));
    }
}
