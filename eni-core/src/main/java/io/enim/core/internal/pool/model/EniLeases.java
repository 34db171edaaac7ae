// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.InterfaceName;
import io.enim.core.internal.allocator.EniAllocator;
import io.enim.core.internal.allocator.EniAllocator.Granted;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.Status;
import io.enim.core.internal.allocator.Lease;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * ENIs that serve: free, held or cooling down. The allocator decides which endpoint holds which; here they are found by
 * their ids. Thread-safe; no call waits for another.
 */
public final class EniLeases {
    private final EniAllocator<Endpoint, Served> allocator = new EniAllocator<>();
    private final ConcurrentHashMap<String, Served> serving = new ConcurrentHashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Map<EniState, LongAdder> counts = new EnumMap<>(EniState.class);
    private final Runnable becameFree;
    /** The ENI that an owner released last, while it rests. */
    private final ConcurrentHashMap<Owner, Served> resting = new ConcurrentHashMap<>();

    /** What a pod's endpoints have in common, one after the other. */
    private record Owner(String namespace, String name, InterfaceName interfaceName) {
        static Owner of(Endpoint endpoint) {
            return new Owner(endpoint.namespace(), endpoint.name(), endpoint.interfaceName());
        }
    }

    /** Starts empty; {@code becameFree} is called for each ENI that becomes free without a release, and returns at once. */
    public EniLeases(Runnable becameFree) {
        this.becameFree = becameFree;
        for (EniState state : EniState.values()) {
            counts.put(state, new LongAdder());
        }
    }

    /**
     * An ENI as it is when free and as it was last shown held, so that a snapshot creates no new values. Equal to one of the
     * same id: to the allocator they are the same ENI.
     */
    public static final class Served {
        private volatile Eni ready;
        private volatile Eni held;
        private final AtomicReference<@Nullable EniState> counted = new AtomicReference<>();
        private volatile @Nullable Owner owner;

        private Served(Eni eni) {
            ready = eni.ready();
            held = ready;
        }

        public String id() {
            return ready.id();
        }

        private Eni heldBy(Endpoint endpoint) {
            Eni last = held;
            if (last.holder().filter(endpoint::equals).isEmpty()) {
                last = ready.heldBy(endpoint);
                held = last;
            }
            return last;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Served served && id().equals(served.id());
        }

        @Override
        public int hashCode() {
            return id().hashCode();
        }

        @Override
        public String toString() {
            return id();
        }
    }

    /** What became of a wish: the ENI that the endpoint holds now; else the wished one as it is, if it serves. */
    public record Wished(Optional<Eni> held, Optional<Eni> instead) {}

    private Served served(Eni eni) {
        Served served = serving.computeIfAbsent(eni.id(), id -> new Served(eni));
        served.ready = eni.ready();
        return served;
    }

    public void put(Eni eni) {
        allocator.add(served(eni));
        recount(eni.id());
        becameFree.run();
    }

    /** What the cloud says of an ENI now; an endpoint that has it keeps what it was given. */
    void update(Eni eni) {
        Served served = serving.get(eni.id());
        if (served != null && !served.ready.equals(eni.ready())) {
            served.ready = eni.ready();
        }
    }

    /** Adds one that cools down until it is {@linkplain #withdraw withdrawn}. */
    public void putCoolingDown(Eni eni) {
        allocator.addCoolingDown(served(eni));
        recount(eni.id());
    }

    /** Adds one that is held already. False when the endpoint holds another, or the ENI is here already. */
    public boolean adopt(Endpoint endpoint, Eni eni) {
        boolean adopted = allocator.adopt(served(eni), endpoint).isPresent();
        recount(eni.id());
        return adopted;
    }

    /** Whether the endpoint gets an ENI whatever others do: it holds one, or its owner's rests. */
    public boolean isKept(Endpoint endpoint) {
        return allocator.lease(endpoint).isPresent() || resting.containsKey(Owner.of(endpoint));
    }

    /** As {@link #allocate(Endpoint)}; first the ENI that the endpoint's owner released, from its cooldown, which protects others. */
    public Optional<Eni> allocateOwnOrFree(Endpoint endpoint) {
        Served own = resting.isEmpty() ? null : resting.get(Owner.of(endpoint));
        if (own == null) {
            return allocate(endpoint);
        }
        Optional<Eni> held = allocate(endpoint, own.id()).held();
        if (held.filter(eni -> eni.id().equals(own.id())).isPresent()) {
            forgetOwner(own); // It does not rest any more.
        }
        return held.or(() -> allocate(endpoint));
    }

    /** The ENI that the endpoint holds, or now gets; also one that another call has taken from it since, even withdrawn. */
    public Optional<Eni> allocate(Endpoint endpoint) {
        return allocator.allocate(endpoint).map(Lease::eni).map(served -> {
            changed(served.id());
            return served.heldBy(endpoint);
        });
    }

    /**
     * The ENI that the endpoint holds, whichever that is, or now gets: this one, also from the cooldown after an endpoint of the
     * same name. Else what this one is instead, if it serves.
     */
    public Wished allocate(Endpoint endpoint, String id) {
        Served wished = serving.get(id);
        if (wished == null) {
            return new Wished(held(allocator.lease(endpoint), endpoint), Optional.empty());
        }
        Granted<Endpoint, Served> granted =
                allocator.allocate(endpoint, wished, last -> last.isNamed(endpoint.namespace(), endpoint.name()));
        granted.lease().ifPresent(lease -> changed(lease.eni().id()));
        return new Wished(held(granted.lease(), endpoint), granted.instead().map(EniLeases::toEni));
    }

    private static Optional<Eni> held(Optional<Lease<Endpoint, Served>> lease, Endpoint endpoint) {
        return lease.map(Lease::eni).map(served -> served.heldBy(endpoint));
    }

    public Optional<Lease<Endpoint, Served>> lease(Endpoint endpoint) {
        return allocator.lease(endpoint);
    }

    public void release(Lease<Endpoint, Served> lease, ReleaseTo to) {
        Served served = lease.eni();
        if (to == ReleaseTo.COOLDOWN) {
            rests(served, Owner.of(lease.key()));
        }
        allocator.release(lease, to);
        changed(served.id());
    }

    /** Before it does: at any moment an owner's ENI that rests is found. */
    private void rests(Served served, Owner owner) {
        forgetOwner(served);
        served.owner = owner;
        resting.put(owner, served);
    }

    @SuppressWarnings("ReferenceEquality") // A later one of the same id is another.
    private void forgetOwner(Served served) {
        Owner owner = served.owner;
        if (owner != null) {
            resting.computeIfPresent(owner, (key, last) -> last == served ? null : last);
        }
    }

    /** Ends a lease on one that must not be offered as it is: it stays in quarantine until it is withdrawn. */
    public void withhold(Lease<Endpoint, Served> lease) {
        // First, so that at no moment it is free.
        allocator.quarantine(lease.eni());
        allocator.release(lease, ReleaseTo.COOLDOWN);
        changed(lease.eni().id());
    }

    private void changed(String id) {
        recount(id);
        changed.add(id);
    }

    /** The ENIs that endpoints got, gave back or gave up since the last call. */
    List<String> takeChanged() {
        List<String> taken = new ArrayList<>();
        // Removed before it is read: a later change adds it again.
        changed.removeIf(taken::add);
        return taken;
    }

    /**
     * Counts an ENI in the state that it has now. Each caller that has changed a state counts after that, and goes on until
     * it reads what is counted: so the last of several callers leaves the state that is true after all of them.
     */
    private void recount(String id) {
        Served served = serving.get(id);
        if (served != null) {
            EniState now = countable(served);
            do {
                count(served, now);
                now = countable(served);
            } while (now != served.counted.get());
        }
    }

    /** Null for one that was withdrawn, also when a later one of its id serves. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable EniState countable(Served served) {
        return serving.get(served.id()) == served ? state(served).orElse(null) : null;
    }

    private void count(Served served, @Nullable EniState now) {
        EniState before = served.counted.getAndSet(now);
        if (before != null) {
            adder(before).decrement();
        }
        if (now != null) {
            adder(now).increment();
        }
    }

    private LongAdder adder(EniState state) {
        return requireNonNull(counts.get(state));
    }

    /** How many are in this state. */
    public int count(EniState state) {
        return (int) Math.max(0, adder(state).sum());
    }

    /** Takes one out of circulation; false when an endpoint holds it. */
    public boolean withdraw(String id) {
        Served served = serving.get(id);
        if (served == null || !allocator.retire(served)) {
            return false;
        }
        serving.remove(id);
        forgetOwner(served);
        count(served, null);
        return true;
    }

    public boolean contains(String id) {
        return state(id).isPresent();
    }

    /** The state of one; empty when it is not here. */
    Optional<EniState> state(String id) {
        return Optional.ofNullable(serving.get(id)).flatMap(this::state);
    }

    private Optional<EniState> state(Served served) {
        return allocator.status(served).map(status -> state(status.state()));
    }

    private static EniState state(EniAllocator.State state) {
        return switch (state) {
            case FREE -> EniState.READY;
            case HELD -> EniState.IN_USE;
            case COOLING_DOWN -> EniState.RECYCLING;
            case QUARANTINED -> EniState.QUARANTINED;
        };
    }

    /** All of them; a new map. */
    public Map<String, Eni> snapshot() {
        Map<String, Eni> all = new HashMap<>();
        for (Status<Endpoint, Served> status : allocator.snapshot()) {
            all.put(status.eni().id(), toEni(status));
        }
        return all;
    }

    private static Eni toEni(Status<Endpoint, Served> status) {
        Served served = status.eni();
        return switch (status.state()) {
            case FREE -> served.ready;
            case HELD -> served.heldBy(status.lease().orElseThrow().key());
            case COOLING_DOWN, QUARANTINED -> served.ready.in(state(status.state()), Optional.empty(), "");
        };
    }
}
