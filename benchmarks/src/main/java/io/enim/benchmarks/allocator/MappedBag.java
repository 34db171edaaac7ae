package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A bag and the map that the key needs, as one would write it: the map's own atomic step takes from the bag. */
final class MappedBag<T> implements KeyedPool {
    private final ConcurrentHashMap<Endpoint, T> held = new ConcurrentHashMap<>();
    private final Bag<T> bag;

    MappedBag(Bag<T> bag) {
        this.bag = bag;
    }

    @Override
    public @Nullable Object allocate(Endpoint endpoint) {
        T already = held.get(endpoint);
        return already != null ? already : held.computeIfAbsent(endpoint, key -> bag.take());
    }

    @Override
    public boolean release(Endpoint endpoint) {
        T thing = held.remove(endpoint);
        if (thing == null) {
            return false;
        }
        bag.give(thing);
        return true;
    }

    @Override
    public void close() {
        bag.close();
    }
}
