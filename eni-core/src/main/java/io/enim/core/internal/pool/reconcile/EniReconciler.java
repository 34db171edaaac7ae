// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.reconcile.EniTransitions.Action;
import io.enim.provider.CloudEni;

/** Takes the next action for each ENI, see {@link EniTransitions}. Confined to the reconcile loop; not thread-safe. */
public final class EniReconciler {
    private static final SafeLogger LOG = SafeLogger.of(EniReconciler.class);

    private final PoolInventory inventory;
    private final EniMutations mutations;
    private final DeviceCheckStep deviceCheckStep;

    public EniReconciler(PoolInventory inventory, EniMutations mutations, DeviceCheckStep deviceCheckStep) {
        this.inventory = inventory;
        this.mutations = mutations;
        this.deviceCheckStep = deviceCheckStep;
    }

    public void step(RoundSchedule schedule, int cap) {
        for (PooledEni eni : inventory.enis.actionable()) {
            if (!eni.isBusy()) {
                take(EniTransitions.next(eni, inventory, schedule.now()), eni, schedule, cap);
            }
        }
        inventory.enis.nextAttempt().ifPresent(schedule::requeueAt);
    }

    private void take(Action action, PooledEni eni, RoundSchedule schedule, int cap) {
        switch (action) {
            case WAIT_FOR_CLOUD, SERVE, BACK_OFF -> {
                // Describes go on by themselves, and the next attempt has its time.
            }
            case WITHDRAW -> withdraw(eni, schedule);
            case ATTACH -> mutations.attach(eni, schedule, cap);
            case CHECK_DEVICE -> deviceCheckStep.start(eni, schedule.now());
            case QUARANTINE -> {
                String instance = eni.observed().flatMap(CloudEni::instanceId).orElse("no instance");
                EniMutations.quarantine(eni, "the cloud says it is attached to " + instance);
            }
            case DROP -> {
                inventory.enis.remove(eni);
                schedule.requeueNow();
            }
            case DETACH -> mutations.detach(eni, schedule);
            case DELETE -> mutations.delete(eni, schedule);
            case ABANDON -> mutations.abandon(eni);
            case FORGET -> mutations.forget(eni, "two descriptions of the cloud do not show it");
        }
    }

    /** An endpoint may have been given it since the round began; then it stays. */
    private void withdraw(PooledEni eni, RoundSchedule schedule) {
        if (inventory.withdraw(eni)) {
            String fault = inventory.faults.remove(eni.id());
            if (fault != null) {
                deviceCheckStep.failedAdd(eni, fault, schedule.now());
            }
            String why = eni.problem().isEmpty() ? "its holder gave it up as lost" : eni.problem();
            LOG.warn("{} is no longer offered: {}", eni.id(), why);
            schedule.requeueNow();
        }
    }
}
