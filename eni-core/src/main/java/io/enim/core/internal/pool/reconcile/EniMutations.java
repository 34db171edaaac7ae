// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.log.SafeLogger;
import io.enim.core.internal.pool.cooldown.Cooldowns;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.Step;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Attaches, detaches and deletes one ENI, each time with the intent on disk before, and forgets it. After each call the ENI
 * is stale until the next describe. Confined to the reconcile loop, but for what runs off-loop.
 */
public final class EniMutations {
    private static final SafeLogger LOG = SafeLogger.of(EniMutations.class);

    private final EniCloud cloud;
    private final CloudCallGate gate;
    private final IntentLog intents;
    private final PoolInventory inventory;
    private final Cooldowns cooldowns;
    private final OffLoopCalls offLoop;
    private final Backoff retry;

    public EniMutations(
            EniCloud cloud,
            CloudCallGate gate,
            IntentLog intents,
            PoolInventory inventory,
            Cooldowns cooldowns,
            OffLoopCalls offLoop,
            RandomGenerator random) {
        this.cloud = cloud;
        this.gate = gate;
        this.intents = intents;
        this.inventory = inventory;
        this.cooldowns = cooldowns;
        this.offLoop = offLoop;
        this.retry = Backoff.ofSeconds(2, 5, 300, random);
    }

    /** Attaches it if a slot is left. */
    void attach(PooledEni eni, RoundSchedule schedule, int cap) {
        if (inventory.enis.count(Trait.ATTACHED_HERE) >= cap) {
            giveUp(eni, "no slot is left for it: this node may have " + cap + " ENIs");
            if (eni.isRetiring()) {
                schedule.requeueNow();
            }
            return;
        }
        AttachRequest request = new AttachRequest(intents.nextToken());
        start(eni, CloudCall.ATTACH, schedule, () -> cloud.attach(eni.id(), request));
    }

    /** F9: a limit is remembered, and the ENI that found no slot is not attached again. */
    private void onAttached(PooledEni eni, CallResult<Boolean> result) {
        boolean isLimit = result.error()
                .filter(error -> error instanceof ProviderException refused && refused.refusal() == Refusal.ENI_LIMIT)
                .isPresent();
        if (isLimit) {
            String message = result.problem().orElseThrow();
            inventory.learnedQuota.refusedAt(inventory.enis.count(Trait.ATTACHED_HERE), message, result.ended());
            giveUp(eni, message);
        }
    }

    void detach(PooledEni eni, RoundSchedule schedule) {
        start(eni, CloudCall.DETACH, schedule, () -> cloud.detach(eni.id()));
    }

    void delete(PooledEni eni, RoundSchedule schedule) {
        start(eni, CloudCall.DELETE, schedule, () -> cloud.delete(eni.id()));
    }

    private void start(PooledEni eni, CloudCall cloudCall, RoundSchedule schedule, Runnable call) {
        if (!gate.tryPass(cloudCall, schedule)) {
            return;
        }
        CloudIntent intent = eni.intent().orElseThrow();
        Optional<CloudEni.Status> before = eni.observed().map(CloudEni::status);
        eni.beginCall();
        gate.start(cloudCall, eni.id(), () -> mutateOffLoop(cloudCall, intent, call), result -> {
            onMutated(eni, before, result);
            switch (cloudCall) {
                case ATTACH -> onAttached(eni, result);
                case DELETE -> eni.deletion().complete(result.problem());
                default -> {}
            }
        });
    }

    private boolean mutateOffLoop(CloudCall cloudCall, CloudIntent intent, Runnable call) {
        boolean retire = intent.kind() == CloudIntent.Kind.RETIRE;
        intents.record(retire ? Step.POOL_RECORD_RETIRE : Step.POOL_RECORD_CREATE, intent);
        return gate.call(cloudCall, () -> {
            call.run();
            return true;
        });
    }

    /** If a describe saw the ENI move on before the result came, the next attempt is a first one. */
    private void onMutated(PooledEni eni, Optional<CloudEni.Status> before, CallResult<Boolean> result) {
        Instant now = result.ended();
        eni.callEnded();
        eni.changed(now);
        if (before.equals(eni.observed().map(CloudEni::status))) {
            eni.retryAfter(retry, now);
        }
        if (eni.isRetiring()) {
            result.problem().ifPresent(eni::failed);
        }
        inventory.describeTimer.describeSoon(now);
    }

    static void quarantine(PooledEni eni, String why) {
        if (eni.quarantine(why)) {
            LOG.warn("{} is quarantined: {}", eni.id(), why);
        }
    }

    /** Retires an ENI that never served; one that is not ours, or has served, is only quarantined. */
    void giveUp(PooledEni eni, String why) {
        if (!inventory.isOurs(eni) || eni.intent().isEmpty()) {
            quarantine(eni, why);
            return;
        }
        eni.intent().ifPresent(intents::forgetLater);
        LOG.warn("{} is retired without having served: {}", eni.id(), why);
        eni.failed(why);
        eni.intend(intents.retire(eni.id()));
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
        Optional<CloudIntent> intent = eni.intent();
        offLoop.startVoid(
                "forget", eni.id(), () -> forgetOffLoop(eni.id(), intent), result -> onForgotten(eni, result));
    }

    private void forgetOffLoop(String id, Optional<CloudIntent> intent) {
        intent.ifPresent(intents::forget);
        cooldowns.forget(id);
    }

    private void onForgotten(PooledEni eni, CallResult<Boolean> result) {
        eni.callEnded();
        if (result.error().isEmpty()) {
            inventory.enis.remove(eni);
            eni.deletion().complete(Optional.empty());
        } else {
            eni.failed(result.problem().orElseThrow());
            eni.retryAfter(retry, result.ended());
        }
    }
}
