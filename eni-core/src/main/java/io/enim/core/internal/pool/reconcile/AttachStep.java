package io.enim.core.internal.pool.reconcile;

import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.loop.CallResult;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.ClientTokens;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.AttachRequest;
import io.enim.provider.EniCloud;

/** Attaches an ENI if there is a slot for it. Confined to the reconcile loop; not thread-safe. */
public final class AttachStep {
    private final EniCloud cloud;
    private final EniMutations mutations;
    private final PoolInventory inventory;
    private final ClientTokens tokens;
    private final RetireSteps retireSteps;

    public AttachStep(
            EniCloud cloud,
            EniMutations mutations,
            PoolInventory inventory,
            ClientTokens tokens,
            RetireSteps retireSteps) {
        this.cloud = cloud;
        this.mutations = mutations;
        this.inventory = inventory;
        this.tokens = tokens;
        this.retireSteps = retireSteps;
    }

    void start(PooledEni eni, RoundSchedule schedule, int cap) {
        if (inventory.attachedHere() >= cap) {
            retireSteps.giveUp(eni, "no slot is left for it: this node may have " + cap + " ENIs");
            if (eni.isRetiring()) {
                schedule.requeueNow();
            }
            return;
        }
        AttachRequest request = new AttachRequest(tokens.next());
        mutations.start(
                eni,
                CloudCall.ATTACH,
                schedule,
                () -> cloud.attach(eni.id(), request),
                result -> onAttached(eni, result));
    }

    /** F9: a limit is remembered, and the ENI that found no slot is not attached again. */
    private void onAttached(PooledEni eni, CallResult<Boolean> result) {
        boolean isLimit = result.error()
                .filter(error -> error instanceof ProviderException refused && refused.refusal() == Refusal.ENI_LIMIT)
                .isPresent();
        if (isLimit) {
            String message = result.problem().orElseThrow();
            inventory.learnedQuota.refusedAt(inventory.attachedHere(), message, result.ended());
            retireSteps.giveUp(eni, message);
        }
    }
}
