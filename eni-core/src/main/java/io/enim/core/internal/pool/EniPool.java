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

    private final PoolTools tools;
    private final StateStore store;
    private final SteadyClock clock;
    private final Loop loop;
    private final Outside outside;
    private final Inventory inventory;
    private final Demand demand = new Demand();
    private final Kit kit;
    private final Looks looks;
    private final Leftovers leftovers;
    private final Moves moves;
    private final Growth growth;
    private final NetworkDevices.Subscription events;
    private final Duration cooldown;
    private final Duration timeout;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private volatile View view = View.EMPTY;

    /**
     * Opens the state directory and begins. Blocks on the disk, not on the cloud: see {@link #awaitFirstLook}.
     *
     * @throws io.enim.LedgerException the state directory cannot be used, or another process uses it
     */
    public EniPool(PoolTools tools) {
        EniSettings settings = tools.settings();
        this.tools = tools;
        this.cooldown = settings.duration(EniSetting.POOL_COOLDOWN);
        this.timeout = settings.duration(EniSetting.CLOUD_TIMEOUT);
        this.inventory = new Inventory(
                new Shelf(),
                new Losses(
                        settings.duration(EniSetting.GC_AGE),
                        settings.duration(EniSetting.POOL_RECONCILE).multipliedBy(2)));
        this.clock = new SteadyClock(tools.clock());
        this.loop = new Loop(tools.scheduler(), clock, this::round);
        this.outside = new Outside(tools.executor(), tools.scheduler(), loop, clock, timeout);
        this.store = StateStore.open(tools.stateDirectory(), tools.clock());
        this.kit = new Kit(
                tools,
                store,
                clock,
                outside,
                Gate.of(tools, clock.now()),
                inventory,
                new LearnedLimit(),
                new Tokens(tools.mark(), clock, tools.random()),
                new Chores(outside));
        this.looks = new Looks(kit);
        this.leftovers = new Leftovers(kit, looks);
        this.moves = new Moves(kit, looks);
        this.growth = new Growth(kit, looks, leftovers, demand);
        inventory.remember(kit);
        this.events = watch();
        loop.kick();
    }

    private NetworkDevices.Subscription watch() {
        try {
            return tools.devices().watch(this::deviceCame);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Waits until the cloud was heard for the first time; before that the pool has nothing to offer and nothing to list.
     * False when that took longer: the pool goes on trying. Blocks.
     */
    public boolean awaitFirstLook(Duration patience) {
        try {
            return firstLook.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // ---- the provider ----

    @Override
    public List<Eni> list() {
        requireOpen("list ENIs");
        if (!view.looked()) {
            throw new RetryableProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    "list ENIs: the cloud was not heard since the start, and a part is never listed; "
                            + String.join("; ", complaints()));
        }
        return List.copyOf(all().values());
    }

    private Map<String, Eni> all() {
        // The view first: what moves from it to the shelf meanwhile is then in both, and never in neither.
        Map<String, Eni> viewed = view.enis();
        Map<String, Eni> all = inventory.shelf.snapshot();
        viewed.forEach(all::putIfAbsent);
        return all;
    }

    @Override
    public Eni allocateNextEni(Endpoint endpoint) {
        requireOpen("allocate an ENI for " + endpoint);
        String awaited = inventory.awaited.get(endpoint);
        if (awaited != null) {
            throw new RetryableProviderException(
                    Refusal.NOT_FOUND,
                    "",
                    "allocate an ENI for " + endpoint + ": it holds " + awaited
                            + " by the ledger, which the cloud does not show; it gets no second one. Try again, or delete"
                            + " the endpoint");
        }
        Optional<Eni> eni = inventory.shelf.allocate(endpoint);
        if (eni.isPresent()) {
            demand.settled(endpoint);
            loop.kick();
            return eni.get();
        }
        demand.refused(endpoint, clock.now());
        loop.kick();
        throw new NoEniAvailableException(endpoint, counts(), view.retryAfter());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks on the disk for the record of the cooldown, and holds nothing meanwhile. If the disk refuses, the ENI
     * rests all the same, and {@link #complaints} says so: a DEL does not fail for that.
     */
    @Override
    public void deallocateEni(Endpoint endpoint) {
        requireOpen("deallocate the ENI of " + endpoint);
        String awaited = inventory.awaited.remove(endpoint);
        if (awaited != null) {
            rest(awaited);
        }
        Optional<Lease<Endpoint, String>> lease = inventory.shelf.lease(endpoint);
        if (lease.isPresent()) {
            rest(lease.get().eni());
            inventory.shelf.release(lease.get(), cooldown.isZero() ? ReleaseTo.FREE : ReleaseTo.RESTING);
            loop.kick();
        }
    }

    @Override
    public Optional<String> lossOf(Endpoint endpoint) {
        requireOpen("tell whether the ENI of " + endpoint + " is lost");
        return Optional.ofNullable(inventory.awaited.get(endpoint))
                .or(() -> inventory.shelf.lease(endpoint).map(Lease::eni))
                .flatMap(id -> inventory.losses.evidence(id, clock.now()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The next round takes it off the shelf. One that is gone is forgotten then; one that is back arrives like a new
     * one, and is offered when its device was seen at home. Does not block.
     */
    @Override
    public void writeOff(Endpoint endpoint) {
        requireOpen("write off the ENI of " + endpoint);
        inventory.awaited.remove(endpoint);
        inventory.shelf.lease(endpoint).ifPresent(inventory.shelf::writeOff);
        loop.kick();
    }

    private void rest(String id) {
        if (cooldown.isZero()) {
            return;
        }
        Instant until = clock.wallTime().plus(cooldown);
        inventory.rests.put(id, until);
        try {
            tools.steps().run(Step.POOL_RECORD_COOLDOWN, () -> store.recordRest(id, until));
        } catch (EniException e) {
            LOG.warn("{} rests until {}, which a restart would not know", id, until, e);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            loop.stop();
            events.close();
            outside.close();
            try {
                tools.cloud().close();
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
        List<Finding> findings = new Collecting(loop, leftovers, timeout).run(mode);
        findings.forEach(finding -> tools.metrics().finding(finding.kind(), finding.outcome()));
        return findings;
    }

    /** What stands in the way of serving, in words; empty when nothing does. Does not block. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(view.complaints());
        complaints.addAll(store.complaints());
        inventory.awaited.forEach((endpoint, id) -> complaints.add(
                endpoint + " holds " + id + " by the ledger, and the cloud does not show it; it stays held"));
        if (outside.overdue() > 0) {
            complaints.add(outside.overdue() + " cloud calls did not end within " + timeout.toMillis()
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
    public List<CallBudget> budget() {
        return view.budget();
    }

    // ---- rounds ----

    private void deviceCame(DeviceEvent event) {
        if (event.kind() == DeviceEvent.Kind.AT_HOME || event.kind() == DeviceEvent.Kind.LOST) {
            loop.post(() -> inventory.members.values().stream()
                    .filter(member -> !member.retires())
                    .filter(member -> event.mac().isEmpty()
                            || member.seen()
                                    .filter(eni -> event.mac().get().equals(eni.mac()))
                                    .isPresent())
                    .filter(member -> !inventory.shelf.contains(member.id))
                    .forEach(member -> {
                        member.notBefore = member.attachedSince == null ? member.notBefore : clock.now();
                        looks.soon();
                    }));
        }
    }

    private void round() {
        Agenda agenda = new Agenda(clock.now());
        looks.step(agenda);
        kit.chores().step(agenda, clock);
        inventory.lookAtShelf();
        if (inventory.looked) {
            wakeRested(agenda);
            int cap = growth.cap(agenda.now());
            moves.step(agenda, cap);
            growth.step(agenda, cap);
        }
        publish(agenda);
        loop.wakeAt(agenda.next());
    }

    /**
     * The record of a rest is not removed here: the next rest of the same ENI may be on its way to the disk, and would go
     * with it. One that is over is harmless; it goes with its ENI, or at the next start.
     */
    private void wakeRested(Agenda agenda) {
        Instant wall = clock.wallTime();
        for (Member member : inventory.members.values()) {
            if (!member.isResting()) {
                continue;
            }
            Duration left = Duration.between(wall, inventory.rests.getOrDefault(member.id, wall));
            // A clock that was set back must not make a rest longer than a rest is.
            boolean over = left.isNegative() || left.isZero() || left.compareTo(cooldown) > 0;
            if (!over) {
                agenda.at(agenda.now().plus(left));
            } else if (inventory.shelf.wake(member.id)) {
                member.shelved = Optional.of(EniState.READY);
                tools.availabilityChanged().run();
            }
        }
    }

    private void publish(Agenda agenda) {
        view = View.of(kit, looks, growth, agenda);
        if (inventory.looked) {
            // After the view is there: who waited for it may list at once.
            firstLook.countDown();
        }
        tools.metrics().enis(view.counts());
    }

    private void requireOpen(String operation) {
        if (closed.get()) {
            throw new ClosedException(operation + ": the pool is closed; ask the next manager");
        }
    }
}
