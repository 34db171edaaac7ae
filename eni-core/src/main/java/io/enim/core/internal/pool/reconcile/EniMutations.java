package io.enim.core.internal.pool.reconcile;

import io.enim.EniException;
import io.enim.core.internal.pool.loop.DeferredCleanups;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Calls that change one ENI at the cloud's side. Belongs to the rounds. */
final class EniMutations {
    private final PoolContext context;
    private final CloudObserver observer;
    private final Backoff retry;

    EniMutations(PoolContext kit, CloudObserver looks) {
        this.context = kit;
        this.observer = looks;
        RandomGenerator random = kit.dependencies().random();
        this.retry = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(5), random);
    }

    /**
     * Starts a call that has passed the gate. Whatever the answer, the cloud is looked at before the ENI's next change,
     * and the next one like this waits a little longer; unless a look saw it move on before the answer came, for then what
     * is next is another.
     *
     * @param work what is done on the executor
     * @param then hears in a round whether it failed
     */
    void start(PooledEni pooledEni, CloudCall cloudCall, Runnable work, Consumer<Optional<EniException>> then) {
        pooledEni.busy = true;
        Optional<CloudEni.Status> before = pooledEni.observed().map(CloudEni::status);
        context.offLoop()
                .<Boolean>start(
                        cloudCall.text() + " " + pooledEni.id, () -> DeferredCleanups.done(work), callResult -> {
                            Instant now = context.clock().now();
                            pooledEni.busy = false;
                            pooledEni.changed(now);
                            if (before.equals(pooledEni.observed().map(CloudEni::status))) {
                                retryLater(pooledEni);
                            }
                            context.gate().completed(cloudCall, callResult, pooledEni.id, now);
                            then.accept(callResult.error());
                            observer.describeSoon();
                        });
    }

    /** Whatever comes next for this ENI waits a little, and longer from time to time. */
    void retryLater(PooledEni pooledEni) {
        pooledEni.notBefore = context.clock().now().plus(retry.delay(++pooledEni.attempts));
    }

    static String message(EniException error) {
        return String.valueOf(error.getMessage());
    }
}
