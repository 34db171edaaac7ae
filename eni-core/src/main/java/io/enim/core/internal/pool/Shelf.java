package io.enim.core.internal.pool;

import static java.util.Objects.requireNonNull;

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
 * ENIs that serve: free, held or resting. Who holds what is the allocator's business; this adds what is known of each
 * ENI. Safe for concurrent use.
 */
final class Shelf {
    private final EniAllocator<Endpoint, String> allocator = new EniAllocator<>();
    /** Complete before the allocator knows an ENI, and until it does no more. */
    private final ConcurrentHashMap<String, Eni> known = new ConcurrentHashMap<>();

    void put(Eni eni) {
        known.put(eni.id(), eni.ready());
        allocator.add(eni.id());
    }

    void rest(Eni eni) {
        known.put(eni.id(), eni.ready());
        allocator.addResting(eni.id());
    }

    boolean adopt(Endpoint endpoint, Eni eni) {
        known.putIfAbsent(eni.id(), eni.ready());
        return allocator.adopt(eni.id(), endpoint);
    }

    Optional<Eni> allocate(Endpoint endpoint) {
        return allocator.allocate(endpoint).map(this::held);
    }

    Optional<Eni> holding(Endpoint endpoint) {
        return allocator.lease(endpoint).map(this::held);
    }

    /** Ends what the endpoint holds; the ENI rests until it is woken. */
    Optional<Eni> release(Endpoint endpoint) {
        Optional<Lease<Endpoint, String>> lease = allocator.lease(endpoint);
        return lease.isPresent() && allocator.release(lease.get(), ReleaseTo.RESTING)
                ? lease.map(this::held).map(Eni::ready)
                : Optional.empty();
    }

    boolean wake(String id) {
        return allocator.reuse(id);
    }

    /** Takes a free or resting one away. */
    boolean take(String id) {
        boolean taken = allocator.retire(id);
        if (taken) {
            known.remove(id);
        }
        return taken;
    }

    Map<String, Eni> snapshot() {
        Map<String, Eni> all = new HashMap<>();
        for (Standing<Endpoint, String> standing : allocator.snapshot()) {
            Eni eni = known.get(standing.eni());
            if (eni != null) {
                all.put(eni.id(), as(eni, standing));
            }
        }
        return all;
    }

    private static Eni as(Eni eni, Standing<Endpoint, String> standing) {
        return switch (standing.state()) {
            case FREE -> eni.ready();
            case HELD -> eni.heldBy(standing.lease().orElseThrow().key());
            case RESTING -> eni.in(EniState.RECYCLING, Optional.empty(), "");
            case QUARANTINED -> eni.in(EniState.QUARANTINED, Optional.empty(), "");
        };
    }

    private Eni held(Lease<Endpoint, String> lease) {
        return requireNonNull(known.get(lease.eni()), lease.eni()).heldBy(lease.key());
    }
}
