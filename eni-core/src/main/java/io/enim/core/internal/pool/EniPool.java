package io.enim.core.internal.pool;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.Lease;
import io.enim.core.internal.pool.loop.DeferredCleanups;
import io.enim.core.internal.pool.loop.MonotonicClock;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.ReconcileLoop;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.EniLeases;
import io.enim.core.internal.pool.model.LearnedQuota;
import io.enim.core.internal.pool.model.LossTracker;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.model.UnmetDemand;
import io.enim.core.internal.pool.reconcile.CloudObserver;
import io.enim.core.internal.pool.reconcile.EniReconciler;
import io.enim.core.internal.pool.reconcile.OrphanCollectCall;
import io.enim.core.internal.pool.reconcile.OrphanCollector;
import io.enim.core.internal.pool.reconcile.PoolContext;
import io.enim.core.internal.pool.reconcile.PoolDependencies;
import io.enim.core.internal.pool.reconcile.PoolScaler;
import io.enim.core.internal.pool.reconcile.PoolSnapshot;
import io.enim.core.internal.pool.store.ClientTokens;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.pool.throttle.CallBudgetStatus;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.Step;
import io.enim.provider.EniProvider;
import io.enim.spi.DeviceEvent;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ENIs over a cloud that only creates, attaches, detaches and deletes them: kept warm, handed out, taken back, retired.
 * Safe for concurrent use.
 *
 * <p>Calls per operation: {@link #allocateNextEni} from a warm pool, {@link #deallocateEni} and {@link #list} make no
 * cloud call (P11). A new ENI costs one creation, one attachment and at least one description. An idle node makes one
 * description and one question for limits per {@code enim.pool.reconcile}, and changes nothing (F14).
 */
public final class EniPool implements EniProvider {
    private static final Logger LOG = LoggerFactory.getLogger(EniPool.class);

    private final PoolDependencies dependencies;
    private final PoolStateStore store;
    private final MonotonicClock clock;
    private final ReconcileLoop reconcileLoop;
    private final OffLoopCalls offLoop;
    private final PoolInventory poolInventory;
    private final UnmetDemand unmetDemand = new UnmetDemand();
    private final PoolContext context;
    private final CloudObserver observer;
    private final OrphanCollector orphanCollector;
    private final EniReconciler reconciler;
    private final PoolScaler scaler;
    private final NetworkDevices.Subscription events;
    private final Duration cooldown;
    private final Duration timeout;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch firstDescribe = new CountDownLatch(1);
    private volatile PoolSnapshot snapshot = PoolSnapshot.EMPTY;

    /**
     * Opens the state directory and begins. Blocks on the disk, not on the cloud: see {@link #awaitFirstDescribe}.
     *
     * @throws io.enim.LedgerException the state directory cannot be used, or another process uses it
     */
    public EniPool(PoolDependencies tools) {
        EniSettings settings = tools.settings();
        this.dependencies = tools;
        this.cooldown = settings.duration(EniSetting.POOL_COOLDOWN);
        this.timeout = settings.duration(EniSetting.CLOUD_TIMEOUT);
        this.poolInventory = new PoolInventory(
                new EniLeases(),
                new LossTracker(
                        settings.duration(EniSetting.GC_AGE),
                        settings.duration(EniSetting.POOL_RECONCILE).multipliedBy(2)));
        this.clock = new MonotonicClock(tools.clock());
        this.reconcileLoop = new ReconcileLoop(tools.scheduler(), clock, this::round);
        this.offLoop = new OffLoopCalls(tools.executor(), tools.scheduler(), reconcileLoop, clock, timeout);
        this.store = PoolStateStore.open(tools.stateDirectory(), tools.clock());
        this.context = new PoolContext(
                tools,
                store,
                clock,
                offLoop,
                CloudCallGate.of(tools, clock.now()),
                poolInventory,
                new LearnedQuota(),
                new ClientTokens(tools.ownerTag(), clock, tools.random()),
                new DeferredCleanups(offLoop));
        this.observer = new CloudObserver(context);
        this.orphanCollector = new OrphanCollector(context, observer);
        this.reconciler = new EniReconciler(context, observer);
        this.scaler = new PoolScaler(context, observer, orphanCollector, unmetDemand);
        poolInventory.restore(context);
        this.events = watch();
        reconcileLoop.kick();
    }

    private NetworkDevices.Subscription watch() {
        try {
            return dependencies.devices().watch(this::onDeviceEvent);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Waits until the cloud was heard for the first time; before that the pool has nothing to offer and nothing to list.
     * False when that took longer: the pool goes on trying. Blocks.
     */
    public boolean awaitFirstDescribe(Duration patience) {
        try {
            return firstDescribe.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // ---- the provider ----

    @Override
    public List<Eni> list() {
        requireOpen("list ENIs");
        if (!snapshot.described()) {
            throw new RetryableProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    "list ENIs: the cloud was not heard since the start, and a part is never listed; "
                            + String.join("; ", problems()));
        }
        return List.copyOf(all().values());
    }

    private Map<String, Eni> all() {
        // The view first: what moves from it to the shelf meanwhile is then in both, and never in neither.
        Map<String, Eni> viewed = snapshot.enis();
        Map<String, Eni> all = poolInventory.leases.snapshot();
        viewed.forEach(all::putIfAbsent);
        return all;
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        requireOpen("allocate an ENI for " + endpoint);
        String awaited = poolInventory.awaited.get(endpoint);
        if (awaited != null) {
            throw new RetryableProviderException(
                    Refusal.NOT_FOUND,
                    "",
                    "allocate an ENI for " + endpoint + ": it holds " + awaited
                            + " by the ledger, which the cloud does not show; it gets no second one. Try again, or delete"
                            + " the endpoint");
        }
        Optional<Eni> eni = poolInventory.leases.allocate(endpoint);
        if (eni.isPresent()) {
            unmetDemand.settled(endpoint);
            reconcileLoop.kick();
            return eni.get();
        }
        unmetDemand.refused(endpoint, clock.now());
        reconcileLoop.kick();
        throw new NoEniAvailableException(endpoint, counts(), snapshot.retryAfter());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks on the disk for the record of the cooldown, and holds nothing meanwhile. If the disk refuses, the ENI
     * rests all the same, and {@link #problems} says so: a DEL does not fail for that.
     */
    @Override
    public void deallocateEni(Endpoint endpoint) {
        requireOpen("deallocate the ENI of " + endpoint);
        String awaited = poolInventory.awaited.remove(endpoint);
        if (awaited != null) {
            startCooldown(awaited);
        }
        Optional<Lease<Endpoint, String>> lease = poolInventory.leases.lease(endpoint);
        if (lease.isPresent()) {
            startCooldown(lease.get().eni());
            poolInventory.leases.release(lease.get(), cooldown.isZero() ? ReleaseTo.FREE : ReleaseTo.RESTING);
            reconcileLoop.kick();
        }
    }

    @Override
    public Optional<String> lossEvidence(Endpoint endpoint) {
        requireOpen("tell whether the ENI of " + endpoint + " is lost");
        return Optional.ofNullable(poolInventory.awaited.get(endpoint))
                .or(() -> poolInventory.leases.lease(endpoint).map(Lease::eni))
                .flatMap(id -> poolInventory.lossTracker.evidence(id, clock.now()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The next round takes it off the shelf. One that is gone is forgotten then; one that is back arrives like a new
     * one, and is offered when its device was seen at home. Does not block.
     */
    @Override
    public void forgetLost(Endpoint endpoint) {
        requireOpen("write off the ENI of " + endpoint);
        poolInventory.awaited.remove(endpoint);
        poolInventory.leases.lease(endpoint).ifPresent(poolInventory.leases::forgetLost);
        reconcileLoop.kick();
    }

    private void startCooldown(String id) {
        if (cooldown.isZero()) {
            return;
        }
        Instant until = clock.wallTime().plus(cooldown);
        poolInventory.cooldowns.put(id, until);
        try {
            dependencies.steps().run(Step.POOL_RECORD_COOLDOWN, () -> store.recordCooldown(id, until));
        } catch (EniException e) {
            LOG.warn("{} rests until {}, which a restart would not know", id, until, e);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            reconcileLoop.stop();
            events.close();
            offLoop.close();
            try {
                dependencies.cloud().close();
            } finally {
                store.close();
            }
        }
    }

    // ---- for the manager ----

    /**
     * Deletes what is provably ours in the cloud and needed by nobody; reports what is not proven. Blocks until the cloud
     * has answered, at most {@code enim.cloud.timeout}.
     */
    public List<Finding> collect(Mode mode) {
        requireOpen("collect leftovers");
        List<Finding> findings = new OrphanCollectCall(reconcileLoop, orphanCollector, timeout).run(mode);
        findings.forEach(finding -> dependencies.metrics().finding(finding.kind(), finding.outcome()));
        return findings;
    }

    /** What stands in the way of serving, in words; empty when nothing does. Does not block. */
    public List<String> problems() {
        List<String> complaints = new ArrayList<>(snapshot.problems());
        complaints.addAll(store.problems());
        poolInventory.awaited.forEach((endpoint, id) -> complaints.add(
                endpoint + " holds " + id + " by the ledger, and the cloud does not show it; it stays held"));
        if (offLoop.overdue() > 0) {
            complaints.add(offLoop.overdue() + " cloud calls did not end within " + timeout.toMillis()
                    + " ms although they were interrupted");
        }
        return complaints;
    }

    /** How many ENIs stand in which state; absent means none. Does not block. */
    public Map<EniState, Integer> counts() {
        Map<EniState, Integer> counts = new EnumMap<>(EniState.class);
        all().values().forEach(eni -> counts.merge(eni.state(), 1, Integer::sum));
        return counts;
    }

    /** Cloud calls made and allowed, by kind; as of the last round. Does not block. */
    public List<CallBudgetStatus> budget() {
        return snapshot.budget();
    }

    // ---- rounds ----

    private void onDeviceEvent(DeviceEvent event) {
        if (event.kind() == DeviceEvent.Kind.ON_HOST || event.kind() == DeviceEvent.Kind.EVENTS_LOST) {
            reconcileLoop.post(() -> poolInventory.enis.values().stream()
                    .filter(pooledEni -> !pooledEni.isRetiring())
                    .filter(pooledEni -> event.mac().isEmpty()
                            || pooledEni
                                    .observed()
                                    .filter(eni -> event.mac().get().equals(eni.mac()))
                                    .isPresent())
                    .filter(pooledEni -> !poolInventory.leases.contains(pooledEni.id))
                    .forEach(pooledEni -> {
                        pooledEni.notBefore = pooledEni.attachedSince == null ? pooledEni.notBefore : clock.now();
                        observer.describeSoon();
                    }));
        }
    }

    private void round() {
        RoundSchedule roundSchedule = new RoundSchedule(clock.now());
        observer.step(roundSchedule);
        context.cleanups().step(roundSchedule, clock);
        poolInventory.refreshLeases();
        if (poolInventory.described) {
            endCooldowns(roundSchedule);
            int cap = scaler.cap(roundSchedule.now());
            reconciler.step(roundSchedule, cap);
            scaler.step(roundSchedule, cap);
        }
        publish(roundSchedule);
        reconcileLoop.wakeAt(roundSchedule.next());
    }

    /**
     * The record of a rest is not removed here: the next rest of the same ENI may be on its way to the disk, and would go
     * with it. One that is over is harmless; it goes with its ENI, or at the next start.
     */
    private void endCooldowns(RoundSchedule roundSchedule) {
        Instant wall = clock.wallTime();
        for (PooledEni pooledEni : poolInventory.enis.values()) {
            if (!pooledEni.isCoolingDown()) {
                continue;
            }
            Duration left = Duration.between(wall, poolInventory.cooldowns.getOrDefault(pooledEni.id, wall));
            // A clock that was set back must not make a rest longer than a rest is.
            boolean over = left.isNegative() || left.isZero() || left.compareTo(cooldown) > 0;
            if (!over) {
                roundSchedule.requeueAt(roundSchedule.now().plus(left));
            } else if (poolInventory.leases.endCooldown(pooledEni.id)) {
                pooledEni.lease = Optional.of(EniState.READY);
                dependencies.availabilityChanged().run();
            }
        }
    }

    private void publish(RoundSchedule roundSchedule) {
        snapshot = PoolSnapshot.of(context, observer, scaler, roundSchedule);
        if (poolInventory.described) {
            // After the view is there: who waited for it may list at once.
            firstDescribe.countDown();
        }
        dependencies.metrics().enis(snapshot.counts());
    }

    private void requireOpen(String operation) {
        if (closed.get()) {
            throw new ClosedException(operation + ": the pool is closed; ask the next manager");
        }
    }
}
