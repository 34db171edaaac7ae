package io.enim.core.internal.pool.store;

import io.enim.core.internal.pool.loop.DeferredCleanups;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.step.Step;

/** Makes intents, and puts them on disk and off it. */
public final class IntentLog {
    private final PoolStateStore store;
    private final ClientTokens tokens;
    private final MonotonicClock clock;
    private final DeferredCleanups cleanups;

    public IntentLog(PoolStateStore store, ClientTokens tokens, MonotonicClock clock, DeferredCleanups cleanups) {
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
        this.cleanups = cleanups;
    }

    public String nextToken() {
        return tokens.next();
    }

    public CloudIntent provision() {
        return CloudIntent.provision(nextToken(), clock.wallTime());
    }

    public CloudIntent retire(String eniId) {
        return CloudIntent.retire(eniId, clock.wallTime());
    }

    /** Off-loop: the intent is on disk when this returns. */
    public void record(Step step, CloudIntent cloudIntent) {
        store.record(step, cloudIntent);
    }

    /** Off-loop: the intent is off the disk when this returns. */
    public void forget(CloudIntent cloudIntent) {
        store.forget(cloudIntent);
    }

    /** Off-loop: no record of the cooldown remains when this returns. */
    public void forgetCooldown(String eniId) {
        store.forgetCooldown(eniId);
    }

    /** On the loop: the intent will be removed from disk off-loop. */
    public void forgetLater(CloudIntent cloudIntent) {
        cleanups.add(cloudIntent.recordName(), () -> store.forget(cloudIntent));
    }
}
