// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import com.zaxxer.hikari.util.ConcurrentBag;
import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import io.enim.Endpoint;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jctools.queues.MpmcArrayQueue;
import org.jspecify.annotations.Nullable;
import stormpot.Pool;
import stormpot.Pooled;

/**
 * A bag, which most libraries offer, filled with all ENIs before the first allocation, and the map that the key needs, in
 * the obvious way: the map's own atomic step takes from the bag.
 */
final class MappedBag<T> implements KeyedPool {
    private final ConcurrentHashMap<Endpoint, T> held = new ConcurrentHashMap<>();
    private final Supplier<@Nullable T> take;
    private final Consumer<T> give;
    private final Runnable close;

    /** {@code take} gives a free element, or null; it never waits. */
    private MappedBag(Supplier<@Nullable T> take, Consumer<T> give, Runnable close) {
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

    static KeyedPool blockingDeque(List<String> enis) {
        LinkedBlockingDeque<String> deque = new LinkedBlockingDeque<>(enis);
        return new MappedBag<>(deque::pollFirst, deque::offerFirst, () -> {});
    }

    static KeyedPool jctools(List<String> enis) {
        MpmcArrayQueue<String> queue = new MpmcArrayQueue<>(Math.max(2, enis.size()));
        enis.forEach(queue::offer);
        return new MappedBag<>(queue::poll, queue::offer, () -> {});
    }

    private static final class Entry extends AtomicInteger implements IConcurrentBagEntry {
        private static final long serialVersionUID = 1L;

        @Override
        public void setState(int state) {
            lazySet(state);
        }

        @Override
        public int getState() {
            return get();
        }
    }

    static KeyedPool hikari(List<String> enis) {
        ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});
        enis.forEach(eni -> bag.add(new Entry()));
        return new MappedBag<>(() -> borrow(bag), bag::requite, bag::close);
    }

    private static @Nullable Entry borrow(ConcurrentBag<Entry> bag) {
        try {
            return bag.borrow(0, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    static KeyedPool commonsPool(List<String> enis) {
        Iterator<String> next = enis.iterator();
        GenericObjectPoolConfig<String> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(enis.size());
        config.setMaxIdle(enis.size());
        config.setBlockWhenExhausted(false);
        config.setJmxEnabled(false);
        GenericObjectPool<String> pool = new GenericObjectPool<>(
                new BasePooledObjectFactory<>() {
                    @Override
                    public String create() {
                        return next.next();
                    }

                    @Override
                    public PooledObject<String> wrap(String eni) {
                        return new DefaultPooledObject<>(eni);
                    }
                },
                config);
        try {
            pool.addObjects(enis.size());
        } catch (Exception e) {
            throw new IllegalStateException("cannot fill commons-pool2 with " + enis.size() + " ENIs", e);
        }
        return new MappedBag<>(() -> borrow(pool), pool::returnObject, pool::close);
    }

    private static @Nullable String borrow(GenericObjectPool<String> pool) {
        try {
            return pool.borrowObject();
        } catch (NoSuchElementException e) {
            // This is how the pool reports that it is empty.
            return null;
        } catch (Exception e) {
            throw new IllegalStateException("cannot borrow from commons-pool2", e);
        }
    }

    static KeyedPool stormpot(List<String> enis) {
        Pool<Pooled<String>> pool = Pool.of(enis.toArray(String[]::new));
        return new MappedBag<>(pool::tryClaim, Pooled::release, pool::shutdown);
    }
}
