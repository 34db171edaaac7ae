// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.allocator.EniAllocator;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.Status;
import io.enim.core.internal.allocator.Lease;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
    private final Runnable becameFree;

    /** Starts empty; {@code becameFree} is called when an ENI became free without a release, and returns at once. */
    public EniLeases(Runnable becameFree) {
        this.becameFree = becameFree;
    }

    /** An ENI as it is when free and as it was last shown held, so that a snapshot creates no new values. */
    private static final class Entry {
        private final Eni ready;
        private volatile Eni held;

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
        becameFree.run();
    }

    /** Adds one that cools down until {@link #endCooldown}. */
    public void putCoolingDown(Eni eni) {
        entries.put(eni.id(), new Entry(eni));
        allocator.addCoolingDown(eni.id());
    }

    /** Adds one that is held already. False when the endpoint holds another, or the ENI is here already. */
    public boolean adopt(Endpoint endpoint, Eni eni) {
        entries.putIfAbsent(eni.id(), new Entry(eni));
        return allocator.adopt(eni.id(), endpoint).isPresent();
    }

    public Optional<Eni> allocate(Endpoint endpoint) {
        while (true) {
            Optional<Lease<Endpoint, String>> lease = allocator.allocate(endpoint);
            Optional<Eni> eni = lease.map(held -> entries.get(held.eni())).map(entry -> entry.heldBy(endpoint));
            // Without an entry it was released and withdrawn while it was handed out: ask again.
            if (lease.isEmpty() || eni.isPresent()) {
                return eni;
            }
        }
    }

    public Optional<Lease<Endpoint, String>> lease(Endpoint endpoint) {
        return allocator.lease(endpoint);
    }

    public void release(Lease<Endpoint, String> lease, ReleaseTo to) {
        allocator.release(lease, to);
    }

    /** Ends a lease on one that must not be offered again: it stays in quarantine until it is withdrawn. */
    public void forgetLost(Lease<Endpoint, String> lease) {
        // First, so that at no moment it is free.
        allocator.quarantine(lease.eni());
        allocator.release(lease, ReleaseTo.COOLDOWN);
    }

    /** One that cools down is free again. */
    public boolean endCooldown(String id) {
        boolean free = allocator.reuse(id);
        if (free) {
            becameFree.run();
        }
        return free;
    }

    /** Takes one out of circulation; false when an endpoint holds it. */
    public boolean withdraw(String id) {
        boolean taken = allocator.retire(id);
        if (taken) {
            entries.remove(id);
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
