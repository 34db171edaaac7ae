package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.pool.loop.DeferredCleanups;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.model.LearnedQuota;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.store.ClientTokens;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniCloud;

/** What the parts of one pool share. */
public record PoolContext(
        PoolDependencies dependencies,
        PoolStateStore store,
        MonotonicClock clock,
        OffLoopCalls offLoop,
        CloudCallGate gate,
        PoolInventory inventory,
        LearnedQuota learnedQuota,
        ClientTokens tokens,
        DeferredCleanups cleanups) {
    EniCloud cloud() {
        return dependencies.cloud();
    }

    StepRunner steps() {
        return dependencies.steps();
    }

    /** On the executor: the intent is on disk when this returns. */
    void record(Step step, CloudIntent cloudIntent) {
        steps().run(step, () -> store.record(cloudIntent));
    }

    /** On the executor: the intent is off the disk when this returns. */
    void forget(CloudIntent cloudIntent) {
        steps().run(Step.POOL_FORGET_INTENT, () -> store.forget(cloudIntent));
    }

    /** In a round: the intent leaves the disk when there is time. */
    public void forgetLater(CloudIntent cloudIntent) {
        cleanups.add(cloudIntent.recordName(), () -> forget(cloudIntent));
    }
}
