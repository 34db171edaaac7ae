package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** ENIs that serve: free, held or resting. Safe for concurrent use. */
final class Shelf {
    private final ConcurrentHashMap<Endpoint, Eni> held = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Eni> ready = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Eni> resting = new ConcurrentHashMap<>();

    void put(Eni eni) {
        ready.put(eni.id(), eni.ready());
    }

    void rest(Eni eni) {
        resting.put(eni.id(), eni.in(EniState.RECYCLING, Optional.empty(), ""));
    }

    boolean adopt(Endpoint endpoint, Eni eni) {
        return held.putIfAbsent(endpoint, eni.heldBy(endpoint)) == null;
    }

    Optional<Eni> allocate(Endpoint endpoint) {
        return Optional.ofNullable(held.computeIfAbsent(endpoint, key -> {
            for (String id : ready.keySet()) {
                Eni eni = ready.remove(id);
                if (eni != null) {
                    return eni.heldBy(key);
                }
            }
            return null;
        }));
    }

    Optional<Eni> holding(Endpoint endpoint) {
        return Optional.ofNullable(held.get(endpoint));
    }

    Optional<Eni> release(Endpoint endpoint) {
        Eni eni = held.remove(endpoint);
        if (eni != null) {
            rest(eni);
        }
        return Optional.ofNullable(eni);
    }

    boolean wake(String id) {
        Eni eni = resting.remove(id);
        if (eni != null) {
            put(eni);
        }
        return eni != null;
    }

    /** Takes a free or resting one away. */
    boolean take(String id) {
        return ready.remove(id) != null || resting.remove(id) != null;
    }

    Map<String, Eni> snapshot() {
        Map<String, Eni> all = new ConcurrentHashMap<>();
        List<Eni> enis = new ArrayList<>(held.values());
        enis.addAll(resting.values());
        enis.addAll(ready.values());
        enis.forEach(eni -> all.put(eni.id(), eni));
        return all;
    }
}
