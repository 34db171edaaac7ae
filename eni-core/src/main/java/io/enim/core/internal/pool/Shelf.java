package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * ENIs that serve: free, held or resting. Safe for concurrent use.
 *
 * <p>S1 Each ENI stands in {@code enis} once, in one state; who changes the state does so from a state it has seen, so
 * that two never take the same. S2 An endpoint holds what {@code held} says, put there atomically with the ENI's change.
 * S3 A free ENI's id is in {@code free} at least once; an id there whose ENI is not free is passed over.
 */
final class Shelf {
    private final ConcurrentHashMap<String, Eni> enis = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Endpoint, String> held = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> free = new ConcurrentLinkedQueue<>();

    void put(Eni eni) {
        enis.put(eni.id(), eni.ready());
        free.add(eni.id());
    }

    void rest(Eni eni) {
        enis.put(eni.id(), eni.in(EniState.RECYCLING, Optional.empty(), ""));
    }

    /** False when the endpoint holds something, or the ENI is here already. */
    boolean adopt(Endpoint endpoint, Eni eni) {
        String holding = held.computeIfAbsent(
                endpoint, key -> enis.putIfAbsent(eni.id(), eni.heldBy(key)) == null ? eni.id() : null);
        return eni.id().equals(holding);
    }

    Optional<Eni> allocate(Endpoint endpoint) {
        String id = held.computeIfAbsent(endpoint, this::claim);
        return Optional.ofNullable(id).map(enis::get);
    }

    private @Nullable String claim(Endpoint endpoint) {
        for (String id = free.poll(); id != null; id = free.poll()) {
            Eni eni = enis.get(id);
            if (eni != null && eni.state() == EniState.READY && enis.replace(id, eni, eni.heldBy(endpoint))) {
                return id;
            }
        }
        return null;
    }

    Optional<Eni> holding(Endpoint endpoint) {
        return Optional.ofNullable(held.get(endpoint)).map(enis::get);
    }

    /** The endpoint's ENI begins to rest. */
    void release(Endpoint endpoint) {
        held.computeIfPresent(endpoint, (key, id) -> {
            enis.computeIfPresent(id, (same, eni) -> eni.in(EniState.RECYCLING, Optional.empty(), ""));
            return null;
        });
    }

    /** A resting ENI is free again. */
    boolean wake(String id) {
        Eni eni = enis.get(id);
        if (eni == null || eni.state() != EniState.RECYCLING || !enis.replace(id, eni, eni.ready())) {
            return false;
        }
        free.add(id);
        return true;
    }

    /** Takes away one that nobody holds. */
    boolean take(String id) {
        Eni eni = enis.get(id);
        return eni != null && eni.holder().isEmpty() && enis.remove(id, eni);
    }

    Map<String, Eni> snapshot() {
        return Map.copyOf(enis);
    }
}
