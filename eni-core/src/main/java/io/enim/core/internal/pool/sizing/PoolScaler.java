// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.sizing;

import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.orphan.OrphanCollector;
import io.enim.core.internal.pool.sizing.PoolTargets.Supply;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Creates ENIs while below target; retires surplus ENIs one at a time. Confined to the reconcile loop; not thread-safe.
 */
public final class PoolScaler {
    private static final SafeLogger LOG = SafeLogger.of(PoolScaler.class);

    private final PoolInventory inventory;
    private final CloudCallGate gate;
    private final CreateSteps createSteps;
    private final OrphanCollector orphanCollector;
    private final IntentLog intents;
    private final PoolTargets targets;
    private final Duration idle;
    private boolean belowTarget;

    public PoolScaler(
            EniSettings settings,
            PoolInventory inventory,
            CloudCallGate gate,
            CreateSteps createSteps,
            OrphanCollector orphanCollector,
            IntentLog intents) {
        this.inventory = inventory;
        this.gate = gate;
        this.createSteps = createSteps;
        this.orphanCollector = orphanCollector;
        this.intents = intents;
        this.targets = new PoolTargets(
                settings.count(EniSetting.POOL_MIN),
                settings.count(EniSetting.POOL_MAX),
                settings.count(EniSetting.POOL_WARM));
        this.idle = settings.duration(EniSetting.POOL_IDLE);
    }

    /** How many ENIs there may be now. */
    public int cap(Instant now) {
        return targets.cap(inventory.allowed(now));
    }

    /** Scales the pool; {@code waiting} pods were refused and may be retried. */
    public void step(RoundSchedule schedule, int cap, int waiting) {
        int provisioning = inventory.pendingCreates.size() + inventory.enis.count(Trait.PROVISIONING);
        Supply supply = new Supply(inventory.slots(), inventory.enis.count(Trait.FREE), provisioning, waiting);
        int more = targets.toCreate(supply, cap);
        belowTarget = targets.toCreate(supply, Integer.MAX_VALUE) > more;
        createSteps.retryAll(schedule);
        for (int i = 0; i < more; i++) {
            if (!orphanCollector.tryReuse(schedule) && !createSteps.tryStart(schedule)) {
                break;
            }
        }
        if (more == 0 && targets.surplus(supply, cap) > 0) {
            retireSurplus(schedule);
        }
    }

    private void retireSurplus(RoundSchedule schedule) {
        Instant now = schedule.now();
        boolean isOneUnderWay = inventory.enis.retiring().stream().anyMatch(eni -> !eni.isStuck(now));
        if (isOneUnderWay || gate.isRefused(CloudCall.DETACH) || gate.isRefused(CloudCall.DELETE)) {
            return;
        }
        for (PooledEni eni : inventory.enis.free()) {
            if (!eni.isBusy() && eni.isFresh() && inventory.isOurs(eni)) {
                if (schedule.isDueOrRequeue(eni.freeSince().plus(idle)) && inventory.withdraw(eni)) {
                    LOG.info("{} is retired: free since {}, and not needed", eni.id(), eni.freeSince());
                    eni.intend(intents.retire(eni.id()));
                    schedule.requeueNow();
                }
                return;
            }
        }
    }

    /** The inferred limit, while it keeps the pool below its target. */
    public Optional<String> problem() {
        return belowTarget ? inventory.learnedQuota.problem() : Optional.empty();
    }
}
