package io.enim.core.internal.pool;

import io.enim.EniSetting;
import io.enim.EniSettings;

/**
 * How many ENIs there should be.
 *
 * @param min fewest on this node, used or free
 * @param max most on this node
 * @param warm free ones to keep ready
 */
record Targets(int min, int max, int warm) {
    static Targets of(EniSettings settings) {
        return new Targets(
                settings.count(EniSetting.POOL_MIN),
                settings.count(EniSetting.POOL_MAX),
                settings.count(EniSetting.POOL_WARM));
    }

    /**
     * What there is.
     *
     * @param slots ENIs that take, or are about to take, one of the instance's places
     * @param ready free
     * @param coming created or to be created, not ready yet
     * @param waiting endpoints that were refused and may come back
     */
    record Stock(int slots, int ready, int coming, int waiting) {}

    /** The most there may be, given what the cloud allows. */
    int cap(int allowed) {
        return Math.min(max, allowed);
    }

    /**
     * How many to create. Resting ENIs are no supply: an endpoint that waits would wait out somebody else's rest (F26).
     * Demand never passes the cap, however many endpoints ask (F15).
     */
    int toCreate(Stock stock, int cap) {
        int missing = Math.max(warm + stock.waiting() - stock.ready() - stock.coming(), min - stock.slots());
        return Math.max(0, Math.min(missing, cap - stock.slots()));
    }

    /** How many free ones are surplus. */
    int surplus(Stock stock, int cap) {
        int unneeded = Math.min(stock.ready() - warm - stock.waiting(), stock.slots() - min);
        int aboveCap = Math.min(stock.ready(), stock.slots() - cap);
        return Math.max(0, Math.max(unneeded, aboveCap));
    }
}
