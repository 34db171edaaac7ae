package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.core.internal.allocator.EniAllocator;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.Standing;
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
final class Shelf {
    private final EniAllocator<Endpoint, String> allocator = new EniAllocator<>();
    private final ConcurrentHashMap<String, Fact> facts = new ConcurrentHashMap<>();

    /** An ENI, as it is free and as it was last shown held: who looks at all of them makes none of them anew. */
    private static final class Fact {
        private final Eni ready;
        private volatile Eni held;

        Fact(Eni eni) {
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
    void put(Eni eni) {
        facts.put(eni.id(), new Fact(eni));
        allocator.add(eni.id());
    }

    /** Adds one that rests until {@link #wake}. */
    void rest(Eni eni) {
        facts.put(eni.id(), new Fact(eni));
        allocator.addResting(eni.id());
    }

    /** Adds one that is held already. False when the endpoint holds something, or the ENI is here. */
    boolean adopt(Endpoint endpoint, Eni eni) {
        facts.putIfAbsent(eni.id(), new Fact(eni));
        return allocator.adopt(eni.id(), endpoint).isPresent();
    }

    Optional<Eni> allocate(Endpoint endpoint) {
        while (true) {
            Optional<Lease<Endpoint, String>> lease = allocator.allocate(endpoint);
            Optional<Eni> eni = lease.map(held -> facts.get(held.eni())).map(fact -> fact.heldBy(endpoint));
            // Without facts it was released and taken away while it was handed out: ask again.
            if (lease.isEmpty() || eni.isPresent()) {
                return eni;
            }
        }
    }

    Optional<Lease<Endpoint, String>> lease(Endpoint endpoint) {
        return allocator.lease(endpoint);
    }

    void release(Lease<Endpoint, String> lease, ReleaseTo to) {
        allocator.release(lease, to);
    }

    /** Ends a lease on one that is not to be given to anybody: it stays in quarantine until it is taken away. */
    void writeOff(Lease<Endpoint, String> lease) {
        // First, so that at no moment it is free.
        allocator.quarantine(lease.eni());
        allocator.release(lease, ReleaseTo.RESTING);
    }

    /** A resting one is free again. */
    boolean wake(String id) {
        return allocator.reuse(id);
    }

    /** Takes away one that nobody holds. */
    boolean take(String id) {
        boolean taken = allocator.retire(id);
        if (taken) {
            facts.remove(id);
        }
        return taken;
    }

    boolean contains(String id) {
        return allocator.standing(id).isPresent();
    }

    /** How one stands; empty when it is not here. */
    Optional<EniState> state(String id) {
        return allocator.standing(id).map(standing -> state(standing.state()));
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
    Map<String, Eni> snapshot() {
        Map<String, Eni> all = new HashMap<>();
        for (Standing<Endpoint, String> standing : allocator.snapshot()) {
            Fact fact = facts.get(standing.eni());
            if (fact != null) {
                all.put(standing.eni(), shown(fact, standing));
            }
        }
        return all;
    }

    private static Eni shown(Fact fact, Standing<Endpoint, String> standing) {
        return switch (standing.state()) {
            case FREE -> fact.ready;
            case HELD -> fact.heldBy(standing.lease().orElseThrow().key());
            case RESTING, QUARANTINED -> fact.ready.in(state(standing.state()), Optional.empty(), "");
        };
    }
}
