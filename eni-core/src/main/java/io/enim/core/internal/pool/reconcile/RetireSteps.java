package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retires an ENI: detach, wait until the cloud shows it available (F8), delete, wait until it is gone, forget. Confined to
 * the reconcile loop, but for what runs off-loop.
 */
public final class RetireSteps {
    private static final Logger LOG = LoggerFactory.getLogger(RetireSteps.class);

    private final EniCloud cloud;
    private final EniMutations mutations;
    private final PoolInventory inventory;
    private final IntentLog intents;
    private final OffLoopCalls offLoop;

    public RetireSteps(
            EniCloud cloud, EniMutations mutations, PoolInventory inventory, IntentLog intents, OffLoopCalls offLoop) {
        this.cloud = cloud;
        this.mutations = mutations;
        this.inventory = inventory;
        this.intents = intents;
        this.offLoop = offLoop;
    }

    /** Retires an ENI that never served; one that is not ours, or has served, is only quarantined. */
    void giveUp(PooledEni eni, String why) {
        if (!inventory.isOurs(eni) || eni.intent().isEmpty()) {
            quarantine(eni, why);
            return;
        }
        eni.recordedIntent().ifPresent(intents::forgetLater);
        LOG.warn("{} is retired without having served: {}", eni.id(), why);
        eni.failed(why);
        eni.retire(intents.retire(eni.id()), false);
    }

    static void quarantine(PooledEni eni, String why) {
        if (eni.quarantine(why)) {
            LOG.warn("{} is quarantined: {}", eni.id(), why);
        }
    }

    void detach(PooledEni eni, RoundSchedule schedule) {
        mutations.start(
                eni,
                CloudCall.DETACH,
                schedule,
                () -> cloud.detach(eni.id()),
                result -> result.problem().ifPresent(eni::failed));
    }

    void delete(PooledEni eni, RoundSchedule schedule) {
        mutations.start(eni, CloudCall.DELETE, schedule, () -> cloud.delete(eni.id()), result -> {
            result.problem().ifPresent(eni::failed);
            eni.deletion().complete(result.problem());
        });
    }

    void abandon(PooledEni eni) {
        CloudEni last = eni.observed().orElseThrow();
        String why = inventory.isOurs(last)
                ? "it is attached to " + last.instanceId().orElse("an unknown instance")
                : "it no longer has our owner tag";
        eni.deletion().complete(Optional.of("left alone, " + why));
        forget(eni, why);
    }

    /** The pool has nothing to do with it any more. A disk that refuses is asked again later, like a cloud. */
    void forget(PooledEni eni, String why) {
        LOG.info("{} leaves the pool: {}", eni.id(), why);
        eni.beginCall();
        Optional<CloudIntent> recorded = eni.recordedIntent();
        offLoop.startVoid(
                "forget " + eni.id(), () -> forgetOffLoop(eni.id(), recorded), result -> onForgotten(eni, result));
    }

    private void forgetOffLoop(String id, Optional<CloudIntent> recorded) {
        recorded.ifPresent(intents::forget);
        intents.forgetCooldown(id);
    }

    private void onForgotten(PooledEni eni, CallResult<Boolean> result) {
        eni.callEnded();
        if (result.error().isEmpty()) {
            inventory.enis.remove(eni.id());
            inventory.cooldowns.remove(eni.id());
            eni.deletion().complete(Optional.empty());
        } else {
            eni.failed(result.problem().orElseThrow());
            mutations.retryLater(eni, result.ended());
        }
    }
}
