// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool;

import io.enim.ClosedException;
import io.enim.CloudCalls;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.GcReport.Finding;
import io.enim.GcRequest.Mode;
import io.enim.Heartbeat;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.Lease;
import io.enim.core.internal.exec.LoopPulse;
import io.enim.core.internal.exec.MonotonicClock;
import io.enim.core.internal.pool.cooldown.Cooldowns;
import io.enim.core.internal.pool.cooldown.RestTimes;
import io.enim.core.internal.pool.loop.OffLoopCalls;
import io.enim.core.internal.pool.loop.ReconcileLoop;
import io.enim.core.internal.pool.loop.RoundSchedule;
import io.enim.core.internal.pool.model.DescribeMerge;
import io.enim.core.internal.pool.model.DescribeTimer;
import io.enim.core.internal.pool.model.EniLeases;
import io.enim.core.internal.pool.model.EniLeases.Served;
import io.enim.core.internal.pool.model.EniLeases.Wished;
import io.enim.core.internal.pool.model.EniTable.Trait;
import io.enim.core.internal.pool.model.LossTracker;
import io.enim.core.internal.pool.model.PoolInventory;
import io.enim.core.internal.pool.model.PooledEni;
import io.enim.core.internal.pool.orphan.OrphanCollector;
import io.enim.core.internal.pool.reconcile.CloudObserver;
import io.enim.core.internal.pool.reconcile.DeviceCheckStep;
import io.enim.core.internal.pool.reconcile.DeviceReadiness;
import io.enim.core.internal.pool.reconcile.EniMutations;
import io.enim.core.internal.pool.reconcile.EniReconciler;
import io.enim.core.internal.pool.reconcile.EniTransitions;
import io.enim.core.internal.pool.reconcile.PoolSnapshot;
import io.enim.core.internal.pool.sizing.CreateSteps;
import io.enim.core.internal.pool.sizing.PoolScaler;
import io.enim.core.internal.pool.sizing.UnmetDemand;
import io.enim.core.internal.pool.store.IntentLog;
import io.enim.core.internal.pool.store.PoolStateStore;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.pool.throttle.CloudCallGate;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.OwnerTag;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A pool of ENIs over a cloud that only creates, attaches, detaches and deletes them: keeps them warm, hands them out, takes
 * them back, retires them. Thread-safe.
 *
 * <p>Calls per operation: {@link #allocateNextEni} from a warm pool, {@link #deallocateEni} and {@link #list} make no
 * cloud call (P11). A new ENI costs one create, one attach and at least one describe. An idle node makes one describe and
 * one query of the limits per {@code enim.pool.reconcile}, and changes nothing (F14).
 */
public final class EniPool implements EniProvider {
    private final EniCloud cloud;
    private final EniMetrics metrics;
    private final Runnable becameFree;
    private final PoolStateStore store;
    private final MonotonicClock clock;
    private final LoopPulse pulse;
    private final ReconcileLoop reconcileLoop;
    private final OffLoopCalls offLoop;
    private final PoolInventory inventory;
    private final UnmetDemand unmetDemand = new UnmetDemand();
    private final CloudCallGate gate;
    private final IntentLog intents;
    private final Cooldowns cooldowns;
    private final CloudObserver observer;
    private final OrphanCollector orphanCollector;
    private final DeviceCheckStep deviceCheckStep;
    private final EniReconciler reconciler;
    private final PoolScaler scaler;
    private final NetworkDevices.Subscription events;
    private final int max;
    private final boolean keepsNone;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile PoolSnapshot snapshot = PoolSnapshot.EMPTY;

    /**
     * Begins, without blocking: before the first successful describe the pool serves and lists nothing.
     *
     * @param cloud closed with the pool
     * @param held the ENI that each endpoint held, by id, when the manager last stopped or died
     * @param becameFree called for each ENI that became free; returns at once
     */
    public EniPool(
            EniCloud cloud,
            EniSettings settings,
            Map<Endpoint, String> held,
            PoolRuntime runtime,
            DeviceReadiness readiness,
            EniMetrics metrics,
            StepRunner steps,
            Runnable becameFree) {
        this.cloud = cloud;
        this.metrics = metrics;
        this.becameFree = becameFree;
        Duration timeout = settings.duration(EniSetting.CLOUD_TIMEOUT);
        this.max = settings.count(EniSetting.POOL_MAX);
        this.keepsNone = settings.count(EniSetting.POOL_WARM) == 0;
        Duration period = settings.duration(EniSetting.POOL_RECONCILE);
        OwnerTag ownerTag = new OwnerTag(settings.text(EniSetting.CLUSTER), settings.text(EniSetting.NODE));
        RandomGenerator random = runtime.random();

        this.clock = runtime.clock();
        // A round does not block, so the limit is one of patience.
        this.pulse = new LoopPulse("the pool's rounds", runtime.execution(), timeout);
        this.reconcileLoop = new ReconcileLoop(runtime.scheduler(), clock, pulse, this::round);
        this.offLoop = new OffLoopCalls(runtime.executor(), runtime.scheduler(), reconcileLoop, clock, timeout);
        this.gate = new CloudCallGate(settings, random, metrics, steps, offLoop, clock.instant());
        this.store = runtime.store();
        this.intents = new IntentLog(store, ownerTag, clock, random, offLoop);
        this.inventory = new PoolInventory(
                ownerTag,
                new EniLeases(becameFree),
                new LossTracker(settings.duration(EniSetting.GC_AGE), period.multipliedBy(2)),
                new DescribeTimer(settings, random, clock.instant()),
                EniTransitions::need);
        inventory.restore(held, store.foundIntents(), intents, clock.instant());
        this.cooldowns = new Cooldowns(RestTimes.of(settings, cloud), store, inventory, clock);
        this.observer = new CloudObserver(
                cloud, gate, inventory, new DescribeMerge(inventory, intents), intents, period.multipliedBy(3));
        this.orphanCollector =
                new OrphanCollector(settings, inventory, intents, reconcileLoop, clock, runtime.execution());
        EniMutations mutations = new EniMutations(cloud, gate, intents, inventory, cooldowns, offLoop, random);
        this.deviceCheckStep =
                new DeviceCheckStep(settings, random, offLoop, readiness, intents, inventory, mutations, cooldowns);
        this.reconciler = new EniReconciler(inventory, mutations, deviceCheckStep);
        CreateSteps createSteps = new CreateSteps(cloud, gate, inventory, intents, random);
        this.scaler = new PoolScaler(settings, inventory, gate, createSteps, orphanCollector, intents);
        this.events = readiness.watch(mac -> reconcileLoop.post(() -> onDeviceAppeared(mac)));
        reconcileLoop.kick();
    }

    // ---- the provider ----

    @Override
    public List<Eni> list() {
        requireOpen("list ENIs");
        if (!snapshot.described()) {
            throw new RetryableProviderException(
                    Refusal.UNAVAILABLE, "", "list ENIs: a list would be incomplete; " + String.join("; ", problems()));
        }
        return List.copyOf(all().values());
    }

    @Override
    public OptionalInt capacity() {
        requireOpen("ask how many ENIs there may be");
        PoolSnapshot latest = snapshot;
        return latest.knowsCap() ? OptionalInt.of(latest.cap()) : OptionalInt.empty();
    }

    private static String id(Lease<Endpoint, Served> lease) {
        return lease.eni().id();
    }

    private Map<String, Eni> all() {
        // All of them first: what becomes leased meanwhile is then in both, never in neither.
        Map<String, Eni> all = new LinkedHashMap<>(inventory.enis.listed());
        all.putAll(inventory.leases.snapshot());
        return all;
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        requireNotAwaited(endpoint);
        Optional<Eni> eni = inventory.leases.allocateOwnOrFree(endpoint);
        if (eni.isPresent()) {
            unmetDemand.settled(endpoint);
        } else {
            unmetDemand.refused(endpoint, clock.instant());
        }
        reconcileLoop.kick();
        return eni.orElseThrow(() -> noneIsFree(endpoint));
    }

    private void requireNotAwaited(Endpoint endpoint) {
        requireOpen("allocate an ENI for " + endpoint);
        String awaited = inventory.awaited.get(endpoint);
        if (awaited != null) {
            throw new RetryableProviderException(
                    Refusal.NOT_FOUND,
                    "",
                    "allocate an ENI for " + endpoint + ": ledger assigns " + awaited
                            + ", but the cloud does not list it; refusing to assign a second ENI. Retry, or delete the"
                            + " endpoint");
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>An ENI that cools down after an endpoint of the same name is given back to that at once: it protects others. Finding
     * the ENI costs a look at each of the node's. A requirement creates no ENI.
     */
    @Override
    public Eni allocateEni(Endpoint endpoint, EniWish wish) {
        requireNotAwaited(endpoint);
        Optional<Eni> instead = Optional.empty();
        for (Eni known : inventory.enis.listed().values()) {
            if (wish.fits(known)) {
                Wished wished = inventory.leases.allocate(endpoint, known.id());
                if (wished.held().isPresent()) {
                    unmetDemand.settled(endpoint);
                    reconcileLoop.kick();
                    return wished.held().get();
                }
                instead = wished.instead().or(() -> Optional.of(known));
            }
        }
        if (!wish.isRequired() || inventory.leases.lease(endpoint).isPresent()) {
            return allocateNextEni(endpoint);
        }
        throw refusal(endpoint, wish, instead);
    }

    private EniException refusal(Endpoint endpoint, EniWish wish, Optional<Eni> instead) {
        if (!snapshot.described()) {
            return noneIsFree(endpoint);
        }
        return instead.<EniException>map(eni -> new WishRefusal(endpoint, wish, eni).error(cooldowns, clock))
                .orElseGet(() -> new InvalidRequestException(
                        "wish", wish.toString(), "no ENI of this node fits; name one that EniManager.enis() lists"));
    }

    @Override
    public boolean demand(Endpoint endpoint) {
        requireOpen("note the demand of " + endpoint);
        unmetDemand.refused(endpoint, clock.instant());
        reconcileLoop.kick();
        return inventory.awaited.containsKey(endpoint) || inventory.leases.isKept(endpoint);
    }

    private NoEniAvailableException noneIsFree(Endpoint endpoint) {
        PoolSnapshot latest = snapshot;
        Map<EniState, Integer> counts = counts();
        Duration retryAfter = latest.retryAfter(clock.instant(), counts.containsKey(EniState.RECYCLING));
        return latest.described()
                ? new NoEniAvailableException(endpoint, counts, retryAfter, latest.howToGetMore())
                : NoEniAvailableException.uncounted(endpoint, String.join("; ", latest.problems()), retryAfter);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks on the disk, see {@link Cooldowns#start}. If the disk refuses, {@link #problems} reports it: a DEL does not
     * fail for that.
     */
    @Override
    public void deallocateEni(Endpoint endpoint) {
        requireOpen("deallocate the ENI of " + endpoint);
        String awaited = inventory.awaited.remove(endpoint);
        if (awaited != null) {
            cooldowns.ensureStarted(awaited);
        }
        inventory.leases.lease(endpoint).ifPresent(lease -> {
            cooldowns.ensureStarted(id(lease));
            inventory.leases.release(lease, ReleaseTo.COOLDOWN);
            reconcileLoop.kick();
        });
    }

    @Override
    public Optional<String> lossEvidence(Endpoint endpoint) {
        requireOpen("look for evidence that the ENI of " + endpoint + " is lost");
        return Optional.ofNullable(inventory.awaited.get(endpoint))
                .or(() -> inventory.leases.lease(endpoint).map(EniPool::id))
                .flatMap(id -> inventory.lossTracker.evidence(id, clock.instant()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The next round withdraws it. If the cloud does not show it, it is forgotten then; if the cloud does, it is checked
     * like a new one, and offered when its device is on the host. Does not block.
     */
    @Override
    public void forgetLost(Endpoint endpoint) {
        requireOpen("forget the lost ENI of " + endpoint);
        inventory.awaited.remove(endpoint);
        inventory.leases.lease(endpoint).ifPresent(inventory.leases::withhold);
        reconcileLoop.kick();
    }

    /**
     * {@inheritDoc}
     *
     * <p>With a fault, the next round withdraws it, and checks it like a new one: at once the first time, then later and
     * later, so that an ENI that fails ADDs and passes checks costs few ADDs their first attempt.
     */
    @Override
    public boolean takeBack(Endpoint endpoint, Optional<String> fault) {
        requireOpen("take back the ENI of " + endpoint);
        inventory.leases.lease(endpoint).ifPresent(lease -> {
            if (fault.isPresent()) {
                inventory.faults.put(id(lease), fault.get());
                inventory.leases.withhold(lease);
            } else if (cooldowns.isRunning(id(lease))) {
                inventory.leases.release(lease, ReleaseTo.COOLDOWN); // Its owner had it back, and goes on without it.
            } else {
                inventory.leases.release(lease, ReleaseTo.FREE_LAST);
                becameFree.run();
            }
            reconcileLoop.kick();
        });
        return true;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            reconcileLoop.stop();
            orphanCollector.close();
            events.close();
            offLoop.close();
            cloud.close();
        }
    }

    // ---- for the manager ----

    /**
     * Deletes proven orphans; reports what is not proven. Blocks until the cloud has answered, at most
     * {@code enim.cloud.timeout}.
     */
    public List<Finding> collect(Mode mode) {
        requireOpen("collect orphans");
        if (mode == Mode.ACT) {
            store.tryAgain();
        }
        List<Finding> findings = orphanCollector.collect(mode);
        findings.forEach(finding -> metrics.finding(finding.kind(), finding.outcome()));
        return findings;
    }

    /**
     * Starts the cooldown of the ENI that the endpoint holds, which is about to be released: before its assignment is
     * forgotten, so that a crash in between loses no cooldown. Blocks on the disk, see {@link Cooldowns#start}.
     */
    public void startCooldown(Endpoint endpoint) {
        Optional.ofNullable(inventory.awaited.get(endpoint))
                .or(() -> inventory.leases.lease(endpoint).map(EniPool::id))
                .ifPresent(cooldowns::start);
    }

    /** What prevents serving, in words; empty when nothing does. Does not block. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(snapshot.problems());
        inventory.enis.problems().forEach((id, problem) -> problems.add(id + problem));
        problems.addAll(store.problems());
        inventory.awaited.forEach((endpoint, id) -> problems.add(
                "ledger assigns " + id + " to " + endpoint + ", but the cloud does not list it; it stays assigned"));
        return problems;
    }

    /** Its loop, and the calls that hang. Does not block. */
    public Stream<Heartbeat> heartbeats() {
        return Stream.concat(Stream.of(pulse.read()), offLoop.hanging().stream());
    }

    /** What is asked of the cloud, and how much more may be. Does not block. */
    public CloudCalls cloudCalls() {
        return gate.calls(clock.instant());
    }

    /** Whether the next ADD gets an ENI, and if not, what it can hope for (P20). Does not block. */
    public Outlook outlook() {
        return Outlook.of(counts(), inventory.awaited.size(), snapshot, keepsNone);
    }

    /** How many ENIs are in which state; absent means none. Does not block. */
    public Map<EniState, Integer> counts() {
        Map<EniState, Integer> counts = new EnumMap<>(EniState.class);
        for (EniState state : EniState.values()) {
            int count = inventory.leases.count(state) + snapshot.unleased().getOrDefault(state, 0);
            if (count > 0) {
                counts.put(state, count);
            }
        }
        return counts;
    }

    // ---- on the loop ----

    private void onDeviceAppeared(Optional<MacAddress> mac) {
        Instant now = clock.instant();
        mac.flatMap(inventory.enis::withMac).filter(PooledEni::isFree).ifPresent(deviceCheckStep::onDeviceChanged);
        mac.map(known -> inventory.enis.withMac(known).stream())
                .orElseGet(() -> List.copyOf(inventory.enis.all()).stream())
                .filter(eni -> !eni.isRetiring() && !inventory.leases.contains(eni.id()))
                .forEach(eni -> {
                    eni.deviceMayBeReady(now);
                    inventory.describeTimer.describeSoon(now);
                });
    }

    private void round() {
        Instant now = clock.instant();
        RoundSchedule schedule = new RoundSchedule(now);
        inventory.enis.refresh(now);
        observer.step(schedule);
        intents.step(schedule);
        if (inventory.isDescribed()) {
            int waiting = unmetDemand.count(now);
            gate.endpointsWait(waiting > 0);
            inventory.describeTimer.endpointsWait(waiting > 0);
            cooldowns.step(schedule, waiting);
            int cap = scaler.cap(now);
            reconciler.step(schedule, cap);
            scaler.step(schedule, cap, waiting);
        }
        publish(now);
        reconcileLoop.wakeAt(schedule.next());
    }

    private void publish(Instant now) {
        List<String> problems = new ArrayList<>(observer.problems(now));
        problems.addAll(gate.problems(now));
        scaler.problem().ifPresent(problems::add);
        int cap = scaler.cap(now);
        boolean canGrow = canGrow(cap);
        snapshot = PoolSnapshot.of(
                inventory,
                problems,
                cap,
                remedy(inventory.allowed(now), canGrow, gate.problems(now)),
                canGrow,
                observer.nextDescribe(),
                cooldowns.savedForWaiting());
        orphanCollector.publish();
        gate.publish();
        metrics.enis(counts());
    }

    /** Whether ENIs are on their way, or may be created, and the cloud refuses nothing that they need. */
    private boolean canGrow(int cap) {
        boolean isPending = !inventory.pendingCreates.isEmpty() || inventory.slots() < cap;
        return inventory.isDescribed()
                && !gate.isRefused(CloudCall.DESCRIBE)
                && !gate.isRefused(CloudCall.ATTACH)
                && (inventory.enis.count(Trait.PROMISING) > 0 || isPending && !gate.isRefused(CloudCall.CREATE));
    }

    /** What would let this node have more ENIs: more than it may have, or more than it has. */
    private String remedy(int allowed, boolean canGrow, List<String> refused) {
        if (inventory.slots() < Math.min(max, allowed)) {
            return canGrow || refused.isEmpty()
                    ? "wait for those that it may still have"
                    : "mend this: " + refused.get(0);
        }
        String raise = "raise " + EniSetting.POOL_MAX.key();
        if (allowed > max) {
            return raise;
        }
        Optional<String> learned = inventory.learnedQuota.problem();
        return learned.map(text -> "have the account or the instance allowed more: " + text)
                        .orElseGet(inventory::howToGetMore)
                + (allowed == max ? ", and " + raise : "");
    }

    private void requireOpen(String operation) {
        if (closed.get()) {
            throw new ClosedException(operation + ": the pool is closed; ask the next manager");
        }
    }
}
