package io.enim.core.internal.pool.reconcile;

import io.enim.AmbiguousProviderException;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.OrphanCandidate;
import io.enim.core.internal.pool.model.PendingCreate;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PoolTargets;
import io.enim.core.internal.pool.model.PoolTargets.Supply;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.model.UnmetDemand;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.Backoff;
import io.enim.core.internal.pool.throttle.CallBudget.Urgency;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes ENIs more when they are too few, and fewer, one at a time, when they are too many. Belongs to the rounds. */
public final class PoolScaler {
    private static final Logger LOG = LoggerFactory.getLogger(PoolScaler.class);

    private final PoolContext context;
    private final MonotonicClock clock;
    private final PoolInventory poolInventory;
    private final CloudObserver observer;
    private final OrphanCollector orphanCollector;
    private final UnmetDemand unmetDemand;
    private final PoolTargets poolTargets;
    private final Duration idle;
    private final Backoff retry;
    private boolean belowTarget;

    public PoolScaler(PoolContext kit, CloudObserver looks, OrphanCollector leftovers, UnmetDemand unmetDemand) {
        EniSettings settings = kit.dependencies().settings();
        this.context = kit;
        this.clock = kit.clock();
        this.poolInventory = kit.inventory();
        this.observer = looks;
        this.orphanCollector = leftovers;
        this.unmetDemand = unmetDemand;
        this.poolTargets = PoolTargets.of(settings);
        this.idle = settings.duration(EniSetting.POOL_IDLE);
        this.retry = new Backoff(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                kit.dependencies().random());
    }

    /** How many there may be now; while the cloud has not told its limit, no more than there are. */
    public int cap(Instant now) {
        int allowed = poolInventory.allowed.orElseGet(poolInventory::slots);
        return poolTargets.cap(context.learnedQuota().lower(allowed, now));
    }

    public void step(RoundSchedule roundSchedule, int cap) {
        Instant now = roundSchedule.now();
        Supply supply = poolInventory.supply(unmetDemand.count(now));
        int more = poolTargets.toCreate(supply, cap);
        belowTarget = poolTargets.toCreate(supply, Integer.MAX_VALUE) > more;
        for (PendingCreate pendingCreate : List.copyOf(poolInventory.pendingCreates.values())) {
            retryCreate(pendingCreate, roundSchedule);
        }
        for (int i = 0; i < more; i++) {
            if (!startCreate(roundSchedule)) {
                break;
            }
        }
        if (more == 0 && poolTargets.surplus(supply, cap) > 0) {
            retireSurplus(roundSchedule);
        }
    }

    // ---- more ----

    private boolean startCreate(RoundSchedule roundSchedule) {
        Optional<OrphanCandidate> left = orphanCollector.takeProven(roundSchedule.now());
        if (left.isPresent()) {
            CloudEni eni = left.get().eni();
            PooledEni pooledEni = new PooledEni(eni.id());
            pooledEni.visible();
            pooledEni.observed(eni, poolInventory.lastDescribe, observer.instance());
            pooledEni.setIntent(
                    CloudIntent.provision(context.tokens().next(), clock.wallTime())
                            .with(eni.id()),
                    false);
            poolInventory.enis.put(eni.id(), pooledEni);
            LOG.info("{} is used again: {}", eni.id(), orphanCollector.evidence(left.get()));
            roundSchedule.requeueNow();
            return true;
        }
        if (!context.gate().tryPass(CloudCall.CREATE, Urgency.SERVING, roundSchedule)) {
            return false;
        }
        PendingCreate pendingCreate =
                new PendingCreate(CloudIntent.provision(context.tokens().next(), clock.wallTime()), false);
        poolInventory.pendingCreates.put(pendingCreate.intent.token(), pendingCreate);
        create(pendingCreate);
        return true;
    }

    /** Repeats what failed or was cut off, with its own token, once the cloud was looked at. */
    private void retryCreate(PendingCreate pendingCreate, RoundSchedule roundSchedule) {
        boolean unheard =
                pendingCreate.mayHaveHappened() && !poolInventory.lastDescribe.isAfter(pendingCreate.ambiguousAt);
        if (pendingCreate.busy || unheard) {
            return;
        }
        if (!roundSchedule.isDue(pendingCreate.notBefore)) {
            roundSchedule.requeueAt(pendingCreate.notBefore);
        } else if (context.gate().tryPass(CloudCall.CREATE, Urgency.SERVING, roundSchedule)) {
            create(pendingCreate);
        }
    }

    private void create(PendingCreate pendingCreate) {
        pendingCreate.busy = true;
        CloudIntent cloudIntent = pendingCreate.intent;
        boolean recorded = pendingCreate.recorded;
        context.offLoop()
                .start(
                        "create " + cloudIntent.token(),
                        () -> {
                            if (!recorded) {
                                context.record(Step.POOL_RECORD_CREATE, cloudIntent);
                            }
                            CloudEni eni = context.steps()
                                    .call(
                                            Step.POOL_CREATE,
                                            () -> context.cloud()
                                                    .create(new CreateRequest(
                                                            cloudIntent.token(),
                                                            context.dependencies()
                                                                    .ownerTag())));
                            context.record(Step.POOL_RECORD_CREATED, cloudIntent.with(eni.id()));
                            return eni;
                        },
                        callResult -> {
                            pendingCreate.busy = false;
                            context.gate().completed(CloudCall.CREATE, callResult, cloudIntent.token(), clock.now());
                            callResult.value().ifPresent(eni -> created(pendingCreate, eni));
                            callResult.error().ifPresent(error -> failed(pendingCreate, error));
                        });
    }

    private void created(PendingCreate pendingCreate, CloudEni eni) {
        poolInventory.pendingCreates.remove(pendingCreate.intent.token());
        poolInventory.orphanCandidates.remove(eni.id());
        CloudIntent cloudIntent = pendingCreate.intent.with(eni.id());
        if (poolInventory.enis.containsKey(eni.id())) {
            context.forgetLater(cloudIntent);
            return;
        }
        PooledEni pooledEni = new PooledEni(eni.id());
        pooledEni.observed(eni, clock.now(), observer.instance());
        pooledEni.setIntent(cloudIntent, true);
        poolInventory.enis.put(eni.id(), pooledEni);
        observer.describeSoon();
    }

    private void failed(PendingCreate pendingCreate, EniException error) {
        Instant now = clock.now();
        pendingCreate.notBefore = now.plus(retry.delay(++pendingCreate.attempts));
        // The error may be the disk's, before or after: with the intent's token it can do no harm to write it again.
        pendingCreate.recorded = false;
        if (error instanceof FatalProviderException refused) {
            if (refused.refusal() == Refusal.ENI_LIMIT) {
                int there = poolInventory.slots() - poolInventory.pendingCreates.size();
                context.learnedQuota().refusedAt(there, String.valueOf(error.getMessage()), now);
            }
            poolInventory.pendingCreates.remove(pendingCreate.intent.token());
            context.forgetLater(pendingCreate.intent);
        } else if (error instanceof AmbiguousProviderException || !(error instanceof ProviderException)) {
            pendingCreate.ambiguousAt = now;
            observer.describeSoon();
        }
    }

    // ---- fewer ----

    private void retireSurplus(RoundSchedule roundSchedule) {
        boolean oneIsGoing = poolInventory.enis.values().stream().anyMatch(PooledEni::isRetiring);
        if (oneIsGoing || !context.gate().isOpen(CloudCall.DETACH, roundSchedule.now())) {
            return;
        }
        poolInventory.enis.values().stream()
                .filter(pooledEni -> pooledEni.isFree() && !pooledEni.busy && pooledEni.isFresh())
                .filter(pooledEni ->
                        pooledEni.observed().filter(observer::isOurs).isPresent())
                .min(Comparator.comparing(pooledEni -> pooledEni.freeSince))
                .ifPresent(pooledEni -> {
                    Instant due = pooledEni.freeSince.plus(idle);
                    if (!roundSchedule.isDue(due)) {
                        roundSchedule.requeueAt(due);
                    } else if (poolInventory.leases.withdraw(pooledEni.id)) {
                        LOG.info("{} is retired: free since {}, and not needed", pooledEni.id, pooledEni.freeSince);
                        pooledEni.retire(CloudIntent.retire(pooledEni.id, clock.wallTime()), false);
                        roundSchedule.requeueNow();
                    }
                });
    }

    /** Whether more are wanted than may be. */
    boolean isShort() {
        return belowTarget;
    }
}
