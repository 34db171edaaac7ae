package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bag, which most libraries offer, and the map that the key needs, in the obvious way: the map's own atomic step takes
 * from the bag.
 */
final class MappedBag<T> implements KeyedPool {
    private final ConcurrentHashMap<Endpoint, T> held = new ConcurrentHashMap<>();
    private final Supplier<@Nullable T> take;
    private final Consumer<T> give;
    private final Runnable close;

    /**
     * A pool over a bag that holds all ENIs.
     *
     * @param take a free element, or null; never waits
     */
    MappedBag(Supplier<@Nullable T> take, Consumer<T> give, Runnable close) {
        this.take = take;
        this.give = give;
        this.close = close;
    }

    @Override
    public @Nullable Object allocate(Endpoint endpoint) {
        T already = held.get(endpoint);
        return already != null ? already : held.computeIfAbsent(endpoint, key -> take.get());
    }

    @Override
    public boolean release(Endpoint endpoint) {
        T element = held.remove(endpoint);
        if (element == null) {
            return false;
        }
        give.accept(element);
        return true;
    }

    @Override
    public void close() {
        close.run();
    }
}
