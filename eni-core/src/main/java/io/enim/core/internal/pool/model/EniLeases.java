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
 * ENIs that serve: free, held or resting. The allocator decides who holds what, by id; here is what the ids stand for.
 * Safe for concurrent use, and no call waits for another.
 *
 * <p>The facts about an ENI are there before the allocator knows its id, and go only after the allocator has retired it:
 * who is given an id finds its facts.
 */
public final class EniLeases {
    private final EniAllocator<Endpoint, String> allocator = new EniAllocator<>();
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /** An ENI, as it is free and as it was last shown held: who looks at all of them makes none of them anew. */
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

    /** Adds a free one. */
    public void put(Eni eni) {
        entries.put(eni.id(), new Entry(eni));
        allocator.add(eni.id());
    }

    /** Adds one that rests until {@link #endCooldown}. */
    public void putCoolingDown(Eni eni) {
        entries.put(eni.id(), new Entry(eni));
        allocator.addResting(eni.id());
    }

    /** Adds one that is held already. False when the endpoint holds something, or the ENI is here. */
    public boolean adopt(Endpoint endpoint, Eni eni) {
        entries.putIfAbsent(eni.id(), new Entry(eni));
        return allocator.adopt(eni.id(), endpoint).isPresent();
    }

    public Optional<Eni> allocate(Endpoint endpoint) {
        while (true) {
            Optional<Lease<Endpoint, String>> lease = allocator.allocate(endpoint);
            Optional<Eni> eni = lease.map(held -> entries.get(held.eni())).map(entry -> entry.heldBy(endpoint));
            // Without facts it was released and taken away while it was handed out: ask again.
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

    /** Ends a lease on one that is not to be given to anybody: it stays in quarantine until it is taken away. */
    public void forgetLost(Lease<Endpoint, String> lease) {
        // First, so that at no moment it is free.
        allocator.quarantine(lease.eni());
        allocator.release(lease, ReleaseTo.RESTING);
    }

    /** A resting one is free again. */
    public boolean endCooldown(String id) {
        return allocator.reuse(id);
    }

    /** Takes away one that nobody holds. */
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

    /** How one stands; empty when it is not here. */
    Optional<EniState> state(String id) {
        return allocator.status(id).map(status -> state(status.state()));
    }

    private static EniState state(EniAllocator.State state) {
        return switch (state) {
            case FREE -> EniState.READY;
            case HELD -> EniState.IN_USE;
            case RESTING -> EniState.RECYCLING;
            case QUARANTINED -> EniState.QUARANTINED;
        };
    }

    /** How all stand; a new map. */
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
            case RESTING, QUARANTINED -> entry.ready.in(state(status.state()), Optional.empty(), "");
        };
    }
}
