package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads an ENI out: detach, wait until the cloud shows it free (F8), delete, wait until it is gone. Belongs to the rounds. */
final class RetireSteps {
    private static final Logger LOG = LoggerFactory.getLogger(RetireSteps.class);

    private final PoolContext context;
    private final CloudObserver observer;
    private final EniMutations mutations;

    RetireSteps(PoolContext kit, CloudObserver looks, EniMutations changes) {
        this.context = kit;
        this.observer = looks;
        this.mutations = changes;
    }

    void step(PooledEni pooledEni, CloudEni eni, RoundSchedule roundSchedule) {
        if (!observer.isOurs(eni)) {
            abandon(pooledEni, "it is not marked as ours any more");
            return;
        }
        switch (eni.status()) {
            case ATTACHED, ATTACHING -> {
                if (eni.instanceId().filter(observer.instance()::equals).isEmpty()) {
                    abandon(pooledEni, "it is attached to " + eni.instanceId().orElse("nothing we know"));
                } else {
                    mutate(pooledEni, CloudCall.DETACH, () -> context.cloud().detach(pooledEni.id), roundSchedule);
                }
            }
            case AVAILABLE ->
                mutate(pooledEni, CloudCall.DELETE, () -> context.cloud().delete(pooledEni.id), roundSchedule);
            case DETACHING, OTHER -> {
                // On its way by itself; looks follow it.
            }
        }
    }

    private void mutate(PooledEni pooledEni, CloudCall cloudCall, Runnable work, RoundSchedule roundSchedule) {
        if (!context.gate().tryPass(cloudCall, Urgency.HOUSEKEEPING, roundSchedule)) {
            return;
        }
        CloudIntent cloudIntent = pooledEni.intent().orElseThrow();
        boolean recorded = pooledEni.isRecorded();
        mutations.start(
                pooledEni,
                cloudCall,
                () -> {
                    if (!recorded) {
                        context.record(Step.POOL_RECORD_RETIRE, cloudIntent);
                    }
                    context.steps().run(cloudCall.step(), work);
                },
                error -> {
                    if (error.isEmpty()) {
                        pooledEni.intentRecorded();
                    }
                    if (cloudCall == CloudCall.DELETE) {
                        pooledEni.deleted.complete(error.map(EniMutations::message));
                    }
                    error.ifPresent(why -> pooledEni.problem = EniMutations.message(why));
                });
    }

    private void abandon(PooledEni pooledEni, String why) {
        pooledEni.deleted.complete(Optional.of("left alone, " + why));
        forget(pooledEni, why);
    }

    /** The pool has nothing to do with it any more. A disk that refuses is asked again later, like a cloud. */
    void forget(PooledEni pooledEni, String why) {
        LOG.info("{} is not of this pool any more: {}", pooledEni.id, why);
        pooledEni.busy = true;
        Optional<CloudIntent> intent = pooledEni.intent().filter(known -> pooledEni.isRecorded());
        context.offLoop()
                .<Boolean>start(
                        "forget " + pooledEni.id,
                        () -> {
                            intent.ifPresent(context::forget);
                            context.store().forgetCooldown(pooledEni.id);
                            return true;
                        },
                        callResult -> {
                            pooledEni.busy = false;
                            if (callResult.error().isEmpty()) {
                                context.inventory().enis.remove(pooledEni.id);
                                context.inventory().cooldowns.remove(pooledEni.id);
                                pooledEni.deleted.complete(Optional.empty());
                            }
                            callResult.error().ifPresent(error -> {
                                pooledEni.problem = EniMutations.message(error);
                                mutations.retryLater(pooledEni);
                            });
                        });
    }
}
