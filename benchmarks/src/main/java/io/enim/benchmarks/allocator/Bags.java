package io.enim.benchmarks.allocator;

import com.zaxxer.hikari.util.ConcurrentBag;
import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jctools.queues.MpmcArrayQueue;
import org.jspecify.annotations.Nullable;
import stormpot.Pool;
import stormpot.Pooled;

/** The libraries' bags, each filled with all ENIs before the first allocation. */
final class Bags {
    private static final Runnable NOTHING = () -> {};

    private Bags() {}

    static KeyedPool blockingDeque(List<String> enis) {
        LinkedBlockingDeque<String> deque = new LinkedBlockingDeque<>(enis);
        return new MappedBag<String>(deque::pollFirst, deque::offerFirst, NOTHING);
    }

    static KeyedPool jctools(List<String> enis) {
        MpmcArrayQueue<String> queue = new MpmcArrayQueue<>(Math.max(2, enis.size()));
        enis.forEach(queue::offer);
        return new MappedBag<String>(queue::poll, queue::offer, NOTHING);
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
        return new MappedBag<Entry>(() -> borrow(bag), bag::requite, bag::close);
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
        return new MappedBag<String>(() -> borrow(pool), pool::returnObject, pool::close);
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
        return new MappedBag<Pooled<String>>(pool::tryClaim, Pooled::release, pool::shutdown);
    }
}
