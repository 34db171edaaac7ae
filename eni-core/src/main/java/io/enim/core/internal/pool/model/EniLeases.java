// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import static java.util.Objects.requireNonNull;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.allocator.EniAllocator;
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
 * ENIs that serve: free, held or cooling down. The allocator decides which endpoint holds which id; here are the ENIs
 * behind the ids. Thread-safe; no call waits for another.
 *
 * <p>An entry exists before the allocator knows its id, and is removed only after the allocator has retired the id: a
 * caller that is given an id finds its entry.
 */
public final class EniLeases {
    private final EniAllocator<Endpoint, String> allocator = new EniAllocator<>();
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Map<EniState, LongAdder> counts = new EnumMap<>(EniState.class);
    private final Runnable becameFree;

    /** Starts empty; {@code becameFree} is called for each ENI that becomes free without a release, and returns at once. */
    public EniLeases(Runnable becameFree) {
        this.becameFree = becameFree;
        for (EniState state : EniState.values()) {
            counts.put(state, new LongAdder());
        }
    }

    /** An ENI as it is when free and as it was last shown held, so that a snapshot creates no new values. */
    private static final class Entry {
        private volatile Eni ready;
        private volatile Eni held;
        private final AtomicReference<@Nullable EniState> counted = new AtomicReference<>();

        Entry(Eni eni) {
            ready = eni.ready();
            held = ready;
        }

        Eni heldBy(Endpoint endpoint) {
            Eni last = held;
            if (last.holder().filter(endpoint::equals).isEmpty()) {
                last = ready.heldBy(endpoint);
                held = last;
            }
            return last;
        }
    }

    public void put(Eni eni) {
        entries.put(eni.id(), new Entry(eni));
        allocator.add(eni.id());
        recount(eni.id());
        becameFree.run();
    }

    /** What the cloud says of an ENI now; an endpoint that has it keeps what it was given. */
    void update(Eni eni) {
        Entry entry = entries.get(eni.id());
        if (entry != null && !entry.ready.equals(eni.ready())) {
            entry.ready = eni.ready();
        }
    }

    /** Adds one that cools down until it is {@linkplain #withdraw withdrawn}. */
    public void putCoolingDown(Eni eni) {
        entries.put(eni.id(), new Entry(eni));
        allocator.addCoolingDown(eni.id());
        recount(eni.id());
    }

    /** Adds one that is held already. False when the endpoint holds another, or the ENI is here already. */
    public boolean adopt(Endpoint endpoint, Eni eni) {
        entries.putIfAbsent(eni.id(), new Entry(eni));
        boolean adopted = allocator.adopt(eni.id(), endpoint).isPresent();
        recount(eni.id());
        return adopted;
    }

    public Optional<Eni> allocate(Endpoint endpoint) {
        while (true) {
            Optional<Lease<Endpoint, String>> lease = allocator.allocate(endpoint);
            Optional<Eni> eni = lease.map(held -> entries.get(held.eni())).map(entry -> entry.heldBy(endpoint));
            // Without an entry it was released and withdrawn while it was handed out: ask again.
            if (lease.isEmpty() || eni.isPresent()) {
                eni.ifPresent(held -> changed(held.id()));
                return eni;
            }
        }
    }

    public Optional<Lease<Endpoint, String>> lease(Endpoint endpoint) {
        return allocator.lease(endpoint);
    }

    public void release(Lease<Endpoint, String> lease, ReleaseTo to) {
        allocator.release(lease, to);
        changed(lease.eni());
    }

    /** Ends a lease on one that must not be offered as it is: it stays in quarantine until it is withdrawn. */
    public void withhold(Lease<Endpoint, String> lease) {
        // First, so that at no moment it is free.
        allocator.quarantine(lease.eni());
        allocator.release(lease, ReleaseTo.COOLDOWN);
        changed(lease.eni());
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
        Entry entry = entries.get(id);
        if (entry != null) {
            EniState now = countable(entry, id);
            do {
                count(entry, now);
                now = countable(entry, id);
            } while (now != entry.counted.get());
        }
    }

    private @Nullable EniState countable(Entry entry, String id) {
        return entries.get(id) == entry ? state(id).orElse(null) : null;
    }

    private void count(Entry entry, @Nullable EniState now) {
        EniState before = entry.counted.getAndSet(now);
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
        boolean taken = allocator.retire(id);
        Entry entry = entries.get(id);
        if (taken && entry != null && entries.remove(id, entry)) {
            count(entry, null);
        }
        return taken;
    }

    public boolean contains(String id) {
        return allocator.status(id).isPresent();
    }

    /** The state of one; empty when it is not here. */
    Optional<EniState> state(String id) {
        return allocator.status(id).map(status -> state(status.state()));
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
        for (Status<Endpoint, String> status : allocator.snapshot()) {
            Entry entry = entries.get(status.eni());
            if (entry != null) {
                all.put(status.eni(), toEni(entry, status));
            }
        }
        return all;
    }

    private static Eni toEni(Entry entry, Status<Endpoint, String> status) {
        return switch (status.state()) {
            case FREE -> entry.ready;
            case HELD -> entry.heldBy(status.lease().orElseThrow().key());
            case COOLING_DOWN, QUARANTINED -> entry.ready.in(state(status.state()), Optional.empty(), "");
        };
    }
}
