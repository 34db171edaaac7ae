// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.cooldown;

import io.enim.EniException;
import io.enim.EniState;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.EniTable.Trait;
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

    private final RestTimes times;
    private final Duration length;
    private final PoolStateStore store;
    private final PoolInventory inventory;
    private final MonotonicClock clock;

    /** Continues the cooldowns that an earlier process recorded. */
    public Cooldowns(RestTimes times, PoolStateStore store, PoolInventory inventory, MonotonicClock clock) {
        this.times = times;
        this.length = times.full();
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

    /** By how much a cooldown ends earlier for an endpoint that waits. */
    public Duration savedForWaiting() {
        return times.saved();
    }

    /** How long one still runs; zero when none does. Thread-safe. */
    public Duration left(String id) {
        Instant now = clock.instant();
        Duration left = Duration.between(now, inventory.cooldownEnds.getOrDefault(id, now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Ends cooldowns early for endpoints that wait, as many as there are beyond the free ENIs, and withdraws what has cooled down: its device is checked before it is offered again, for what its last tenant left elsewhere
     * too (P13). The record is not removed here: the next cooldown of the same ENI may be on its way to the disk, and would be
     * removed with it. One that is over is harmless; it is removed with its ENI, or at the next start.
     */
    public void step(RoundSchedule schedule, int waiting) {
        int soonFree = inventory.enis.unleased().getOrDefault(EniState.RECYCLING, 0);
        endEarly(schedule, waiting - inventory.enis.count(Trait.FREE) - soonFree);
        for (PooledEni eni : inventory.enis.cooledDown(schedule.now())) {
            if (inventory.withdraw(eni)) {
                eni.cooldownEnded(schedule.now());
                schedule.requeueNow();
            }
        }
        inventory.enis.nextCooldownEnd().ifPresent(schedule::requeueAt);
    }

    /** What is on disk keeps the full time: a process that dies now makes the next one wait, at most so long. */
    private void endEarly(RoundSchedule schedule, int wanted) {
        if (wanted <= 0 || times.saved().isZero()) {
            return;
        }
        Instant now = schedule.now();
        for (PooledEni eni : inventory.enis.coolingDown(wanted)) {
            Instant end = inventory.cooldownEnds.getOrDefault(eni.id(), now);
            if (end.isAfter(now) && schedule.isDueOrRequeue(end.minus(times.saved()))) {
                // Not if its owner has it back since, and has released it again.
                if (inventory.cooldownEnds.replace(eni.id(), end, now)) {
                    inventory.enis.cooldownChanged(eni);
                }
            }
        }
    }

    /** Off-loop: nothing of the ENI's cooldown remains when this returns. */
    public void forget(String id) {
        store.forgetCooldown(id);
        inventory.cooldownEnds.remove(id);
    }
}
