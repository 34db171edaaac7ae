package io.enim.core.internal.pool;

import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.Steps;
import io.enim.provider.EniCloud;

/** What the parts of one pool share. */
record Kit(
        PoolTools tools,
        StateStore store,
        SteadyClock clock,
        Outside outside,
        Gate gate,
        Inventory inventory,
        LearnedLimit learned,
        Tokens tokens,
        Chores chores) {
    EniCloud cloud() {
        return tools.cloud();
    }

    Steps steps() {
        return tools.steps();
    }

    /** On the executor: the intent is on disk when this returns. */
    void record(Step step, Intent intent) {
        steps().run(step, () -> store.record(intent));
    }

    /** On the executor: the intent is off the disk when this returns. */
    void forget(Intent intent) {
        steps().run(Step.POOL_FORGET_INTENT, () -> store.forget(intent));
    }

    /** In a round: the intent leaves the disk when there is time. */
    void forgetLater(Intent intent) {
        chores.add(intent.recordName(), () -> forget(intent));
    }
}
