// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.sizing;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.DescribeMerge;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.PendingCreate;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Creates ENIs: one create call and its retries under one token, until the id is known. Confined to the reconcile loop, but
 * for what runs off-loop.
 */
public final class CreateSteps {
    private final EniCloud cloud;
    private final CloudCallGate gate;
    private final PoolInventory inventory;
    private final IntentLog intents;
    private final Backoff retry;

    public CreateSteps(
            EniCloud cloud, CloudCallGate gate, PoolInventory inventory, IntentLog intents, RandomGenerator random) {
        this.cloud = cloud;
        this.gate = gate;
        this.inventory = inventory;
        this.intents = intents;
        this.retry = Backoff.ofSeconds(1, 2, 120, random);
    }

    /** Starts a new create call; false when the gate holds it back. */
    boolean tryStart(RoundSchedule schedule) {
        if (!gate.tryPass(CloudCall.CREATE, schedule)) {
            return false;
        }
        PendingCreate pending = new PendingCreate(intents.provision());
        inventory.pendingCreates.put(pending.intent().token(), pending);
        start(pending);
        return true;
    }

    /** Repeats calls that failed or were cut off, each with its own token; ambiguous ones only after a describe. */
    void retryAll(RoundSchedule schedule) {
        for (PendingCreate pending : List.copyOf(inventory.pendingCreates.values())) {
            if (!pending.isBusy()
                    && !pending.awaitsDescribe(inventory.lastDescribe())
                    && schedule.isDueOrRequeue(pending.notBefore())
                    && gate.tryPass(CloudCall.CREATE, schedule)) {
                start(pending);
            }
        }
    }

    private void start(PendingCreate pending) {
        pending.beginCall();
        CloudIntent intent = pending.intent();
        gate.start(CloudCall.CREATE, intent.token(), () -> createOffLoop(intent), result -> onCreated(pending, result));
    }

    private CloudEni createOffLoop(CloudIntent intent) {
        intents.record(Step.POOL_RECORD_CREATE, intent);
        CreateRequest request = new CreateRequest(intent.token(), inventory.ownerTag());
        CloudEni eni = gate.call(CloudCall.CREATE, () -> sound(cloud.create(request)));
        intents.record(Step.POOL_RECORD_CREATED, intent.with(eni.id()));
        return eni;
    }

    /** A malformed answer is as none: the next describe may tell better, and the token finds the ENI again. */
    private static CloudEni sound(CloudEni answer) {
        DescribeMerge.malformed(answer).ifPresent(why -> {
            throw new AmbiguousProviderException(Refusal.OTHER, "", "create an ENI: the answer is malformed: " + why);
        });
        return answer;
    }

    private void onCreated(PendingCreate pending, CallResult<CloudEni> result) {
        pending.callEnded();
        result.value().ifPresent(eni -> add(pending, eni, result.ended()));
        result.error().ifPresent(error -> onFailed(pending, error, result.ended()));
    }

    private void add(PendingCreate pending, CloudEni eni, Instant now) {
        inventory.pendingCreates.remove(pending.intent().token());
        inventory.orphanCandidates.remove(eni.id());
        CloudIntent intent = pending.intent().with(eni.id());
        if (inventory.enis.get(eni.id()) == null) {
            inventory.enis.put(PooledEni.created(eni, intent, now, inventory.instance()));
            inventory.describeTimer.describeSoon(now);
        } else {
            intents.forgetLater(intent);
        }
    }

    private void onFailed(PendingCreate pending, EniException error, Instant now) {
        pending.retryAfter(retry, now);
        if (error instanceof FatalProviderException refused) {
            if (refused.refusal() == Refusal.ENI_LIMIT) {
                inventory.learnedQuota.refusedAt(
                        inventory.enis.count(Trait.TAKES_SLOT), CallResult.message(error), now);
            }
            // The refusal of a repeated call says nothing about the first one, whose ENI only its token finds again
            // (P5).
            if (!pending.mayHaveTakenEffect(
                    !inventory.orphanCandidates.isEmpty(), DescribeMerge.VISIBLE_WITHIN, inventory.lastDescribe())) {
                inventory.pendingCreates.remove(pending.intent().token());
                intents.forgetLater(pending.intent());
            }
        } else if (error instanceof AmbiguousProviderException || !(error instanceof ProviderException)) {
            pending.ambiguous(now);
            inventory.describeTimer.describeSoon(now);
        }
    }
}
