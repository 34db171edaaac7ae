package io.enim.core.internal.pool.reconcile;

import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads an ENI in: attach, wait until the cloud confirms it (F2), meet its device at home, offer it. Belongs to the rounds. */
final class ProvisionSteps {
    private static final Logger LOG = LoggerFactory.getLogger(ProvisionSteps.class);

    /** Devices looked for at once: more would only queue at the kernel, each with a thread of its own (P8). */
    private static final int MAX_CHECKS = 64;

    private final PoolContext context;
    private final CloudObserver observer;
    private final EniMutations mutations;
    private final DeviceReadiness readiness;
    private final Duration deviceTimeout;
    private final Backoff deviceBackoff;
    private int runningChecks;

    ProvisionSteps(PoolContext kit, CloudObserver looks, EniMutations changes) {
        this.context = kit;
        this.observer = looks;
        this.mutations = changes;
        this.readiness = new DeviceReadiness(
                kit.dependencies().devices(), kit.dependencies().baselines());
        this.deviceTimeout = kit.dependencies().settings().duration(EniSetting.DEVICE_TIMEOUT);
        this.deviceBackoff = new Backoff(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                kit.dependencies().random());
    }

    void step(PooledEni pooledEni, CloudEni eni, RoundSchedule roundSchedule, int cap) {
        switch (eni.status()) {
            case AVAILABLE -> attach(pooledEni, roundSchedule, cap);
            case ATTACHED -> {
                if (pooledEni.attachedSince == null) {
                    quarantine(
                            pooledEni,
                            "the cloud says it is attached to "
                                    + eni.instanceId().orElse("nothing"));
                } else {
                    checkDevice(pooledEni, eni);
                }
            }
            case ATTACHING, DETACHING, OTHER -> {
                // On its way by itself; looks follow it.
            }
        }
    }

    private void attach(PooledEni pooledEni, RoundSchedule roundSchedule, int cap) {
        if (pooledEni.intent().isEmpty()) {
            // Ours only as long as it was attached; somebody else detached it.
            context.inventory().enis.remove(pooledEni.id);
            roundSchedule.requeueNow();
            return;
        }
        if (context.inventory().attachedHere() >= cap) {
            giveUp(pooledEni, "there is no place for it: " + cap + " ENIs are all this node may have");
            if (pooledEni.isRetiring()) {
                roundSchedule.requeueNow();
            }
            return;
        }
        if (!context.gate().tryPass(CloudCall.ATTACH, Urgency.SERVING, roundSchedule)) {
            return;
        }
        CloudIntent cloudIntent = pooledEni.intent().get();
        boolean recorded = pooledEni.isRecorded();
        AttachRequest request = new AttachRequest(context.tokens().next());
        mutations.start(
                pooledEni,
                CloudCall.ATTACH,
                () -> {
                    if (!recorded) {
                        context.record(Step.POOL_RECORD_CREATE, cloudIntent);
                    }
                    context.steps().run(Step.POOL_ATTACH, () -> context.cloud().attach(pooledEni.id, request));
                },
                error -> {
                    if (error.isEmpty()) {
                        pooledEni.intentRecorded();
                    } else if (isLimit(error.get())) {
                        // F9: the lesson is kept, and the ENI that found no place does not come again.
                        context.learnedQuota()
                                .refusedAt(
                                        context.inventory().attachedHere(),
                                        EniMutations.message(error.get()),
                                        context.clock().now());
                        giveUp(pooledEni, EniMutations.message(error.get()));
                    }
                });
    }

    private static boolean isLimit(EniException error) {
        return error instanceof ProviderException refused && refused.refusal() == Refusal.ENI_LIMIT;
    }

    private void checkDevice(PooledEni pooledEni, CloudEni eni) {
        if (runningChecks == MAX_CHECKS) {
            // The round after the next answer takes it up.
            return;
        }
        Optional<CloudIntent> intent = pooledEni.intent().filter(known -> pooledEni.isRecorded());
        runningChecks++;
        pooledEni.busy = true;
        context.offLoop()
                .start(
                        "find the device of " + pooledEni.id,
                        () -> {
                            DeviceReadiness.Result result =
                                    context.steps().call(Step.POOL_AWAIT_DEVICE, () -> readiness.check(eni.mac()));
                            if (result.isReady()) {
                                // Before it is offered: after that, the intent would call a serving ENI one that never
                                // served.
                                intent.ifPresent(context::forget);
                            }
                            return result;
                        },
                        callResult -> {
                            runningChecks--;
                            pooledEni.busy = false;
                            DeviceReadiness.Result result = callResult
                                    .value()
                                    .orElseGet(() -> DeviceReadiness.Result.notReady(EniMutations.message(
                                            callResult.error().orElseThrow())));
                            if (!result.isReady()) {
                                notReady(pooledEni, result.why());
                            } else if (pooledEni.isFresh()
                                    && pooledEni.attachedSince != null
                                    && !pooledEni.isRetiring()) {
                                offer(pooledEni);
                            }
                        });
    }

    private void offer(PooledEni pooledEni) {
        Optional<Eni> eni = pooledEni.toEni(EniState.ATTACHING, Optional.empty());
        if (eni.isEmpty()) {
            notReady(pooledEni, "the cloud gives it no address");
            return;
        }
        pooledEni.intentForgotten();
        pooledEni.attempts = 0;
        pooledEni.quarantined = false;
        pooledEni.problem = "";
        pooledEni.freeSince = context.clock().now();
        Instant restsUntil = context.inventory().cooldowns.getOrDefault(pooledEni.id, Instant.MIN);
        if (restsUntil.isAfter(context.clock().wallTime())) {
            context.inventory().leases.putCoolingDown(eni.get());
        } else {
            context.inventory().leases.put(eni.get());
            LOG.info("{} is ready", pooledEni.id);
            context.dependencies().availabilityChanged().run();
        }
        context.learnedQuota().reached(context.inventory().attachedHere());
    }

    /** F16: a device that does not come in time is given up, and another ENI takes its place. */
    private void notReady(PooledEni pooledEni, String why) {
        Instant now = context.clock().now();
        pooledEni.notBefore = now.plus(deviceBackoff.delay(++pooledEni.attempts));
        Instant since = pooledEni.attachedSince;
        if (since == null || since.plus(deviceTimeout).isAfter(now)) {
            return;
        }
        quarantine(
                pooledEni,
                "attached since " + since + ", and not ready within " + deviceTimeout.toSeconds() + " s: " + why);
        if (since.plus(deviceTimeout.multipliedBy(2)).isBefore(now)
                && pooledEni.intent().isPresent()) {
            giveUp(pooledEni, pooledEni.problem);
        }
    }

    /** Retires what never served; what did not come from us, or has served, is only kept out of circulation. */
    private void giveUp(PooledEni pooledEni, String why) {
        boolean ours = pooledEni.observed().filter(observer::isOurs).isPresent();
        if (ours && pooledEni.intent().isPresent()) {
            if (pooledEni.isRecorded()) {
                context.forgetLater(pooledEni.intent().get());
            }
            LOG.warn("{} is retired without having served: {}", pooledEni.id, why);
            pooledEni.problem = why;
            pooledEni.retire(CloudIntent.retire(pooledEni.id, context.clock().wallTime()), false);
        } else {
            quarantine(pooledEni, why);
        }
    }

    private static void quarantine(PooledEni pooledEni, String why) {
        if (!pooledEni.quarantined) {
            LOG.warn("{} is quarantined: {}", pooledEni.id, why);
        }
        pooledEni.quarantined = true;
        pooledEni.problem = why;
    }
}
