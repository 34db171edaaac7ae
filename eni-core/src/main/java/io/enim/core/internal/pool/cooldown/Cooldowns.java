// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.cooldown;

import io.enim.EniException;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.PoolStateStore;
import java.time.Duration;
import java.time.Instant;

/**
 * The cooldowns of released ENIs. They outlast the process by records of the wall clock's time. Confined to the reconcile
 * loop, but for {@link #start} and {@link #forget}, which are thread-safe. One of no length ends with the next round, since
 * no ENI is offered unchecked.
 */
public final class Cooldowns {
    private static final SafeLogger LOG = SafeLogger.of(Cooldowns.class);

    private final Duration length;
    private final PoolStateStore store;
    private final PoolInventory inventory;
    private final MonotonicClock clock;

    /** Continues the cooldowns that an earlier process recorded. */
    public Cooldowns(Duration length, PoolStateStore store, PoolInventory inventory, MonotonicClock clock) {
        this.length = length;
        this.store = store;
        this.inventory = inventory;
        this.clock = clock;
        store.foundCooldowns().forEach((id, until) -> {
            Duration left = Duration.between(clock.wall().instant(), until);
            // A clock that was set back meanwhile must not make a cooldown longer.
            inventory.cooldownEnds.put(id, clock.instant().plus(left.compareTo(length) < 0 ? left : length));
        });
    }

    /** Starts one unless it is running. */
    public void ensureStarted(String id) {
        if (!isRunning(id)) {
            start(id);
        }
    }

    /** Starts one. Blocks on the disk, holding no lock; if the disk refuses, the ENI cools down all the same. */
    public void start(String id) {
        if (length.isZero()) {
            return;
        }
        Instant until = clock.wall().instant().plus(length);
        inventory.cooldownEnds.put(id, clock.instant().plus(length));
        try {
            store.recordCooldown(id, until);
        } catch (EniException e) {
            LOG.warn("the cooldown of {} until {} is not on disk, and would not survive a restart", id, until, e);
        }
    }

    public boolean isRunning(String id) {
        return inventory.cooldownEnds.getOrDefault(id, Instant.MIN).isAfter(clock.instant());
    }

    /**
     * Withdraws what has cooled down: its device is checked before it is offered again, for what its last tenant left elsewhere
     * too (P13). The record is not removed here: the next cooldown of the same ENI may be on its way to the disk, and would be
     * removed with it. One that is over is harmless; it is removed with its ENI, or at the next start.
     */
    public void step(RoundSchedule schedule) {
        for (PooledEni eni : inventory.enis.cooledDown(schedule.now())) {
            if (inventory.withdraw(eni)) {
                eni.cooldownEnded(schedule.now());
                schedule.requeueNow();
            }
        }
        inventory.enis.nextCooldownEnd().ifPresent(schedule::requeueAt);
    }

    /** Off-loop: nothing of the ENI's cooldown remains when this returns. */
    public void forget(String id) {
        store.forgetCooldown(id);
        inventory.cooldownEnds.remove(id);
    }
}
