package io.enim.core.internal.pool.reconcile;

import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.provider.CloudEni;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whose turn it is. A step that changes something at the cloud's side is taken only on what a look showed after
 * the change before it. Belongs to the rounds.
 */
public final class EniReconciler {
    private static final Logger LOG = LoggerFactory.getLogger(EniReconciler.class);

    private final PoolContext context;
    private final ProvisionSteps provisionSteps;
    private final RetireSteps retireSteps;

    public EniReconciler(PoolContext kit, CloudObserver cloudObserver) {
        this.context = kit;
        EniMutations eniMutations = new EniMutations(kit, cloudObserver);
        this.provisionSteps = new ProvisionSteps(kit, cloudObserver, eniMutations);
        this.retireSteps = new RetireSteps(kit, cloudObserver, eniMutations);
    }

    public void step(RoundSchedule roundSchedule, int cap) {
        for (PooledEni pooledEni : List.copyOf(context.inventory().enis.values())) {
            if (!pooledEni.busy) {
                decide(pooledEni, roundSchedule, cap);
            }
        }
    }

    private void decide(PooledEni pooledEni, RoundSchedule roundSchedule, int cap) {
        if (pooledEni.lease.isPresent()) {
            checkLeased(pooledEni, roundSchedule);
        } else if (!pooledEni.isGone() && !pooledEni.isFresh()) {
            // The next look decides.
            return;
        } else if (!roundSchedule.isDue(pooledEni.notBefore)) {
            roundSchedule.requeueAt(pooledEni.notBefore);
        } else if (pooledEni.isGone()) {
            retireSteps.forget(pooledEni, "two looks at the cloud did not show it");
        } else if (pooledEni.isRetiring()) {
            retireSteps.step(pooledEni, pooledEni.observed().orElseThrow(), roundSchedule);
        } else {
            provisionSteps.step(pooledEni, pooledEni.observed().orElseThrow(), roundSchedule, cap);
        }
    }

    /**
     * One that serves: only two looks that contradict it take it out, and only if nobody holds it (F1). So does the word of
     * who held it that its device was brought home by nobody.
     */
    private void checkLeased(PooledEni pooledEni, RoundSchedule roundSchedule) {
        if (!pooledEni.isFree()) {
            pooledEni.freeSince = roundSchedule.now();
        }
        pooledEni.problem = problem(pooledEni);
        // An intent that outlived the step it was for: who serves needs none.
        pooledEni.intent().ifPresent(cloudIntent -> {
            context.forgetLater(cloudIntent);
            pooledEni.intentForgotten();
        });
        if ((pooledEni.isForgottenAsLost() || pooledEni.isGone() || pooledEni.isDetachedElsewhere())
                && context.inventory().leases.withdraw(pooledEni.id)) {
            LOG.warn(
                    "{} is no longer offered: {}",
                    pooledEni.id,
                    pooledEni.isForgottenAsLost() ? "it was written off" : pooledEni.problem);
            roundSchedule.requeueNow();
        }
    }

    private static String problem(PooledEni pooledEni) {
        if (pooledEni.missingDescribes() > 0) {
            return "not in the cloud's last " + pooledEni.missingDescribes() + " descriptions";
        }
        if (pooledEni.attachedSince == null) {
            return "the cloud says "
                    + pooledEni.observed().map(CloudEni::status).orElseThrow() + ", not attached here";
        }
        return "";
    }
}
