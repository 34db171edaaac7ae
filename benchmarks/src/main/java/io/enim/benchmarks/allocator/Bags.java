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

/** The libraries' bags, each filled with all ENIs before anything is taken. */
final class Bags {
    private Bags() {}

    static Bag<String> blockingDeque(List<String> enis) {
        LinkedBlockingDeque<String> deque = new LinkedBlockingDeque<>(enis);
        return new Bag<>() {
            @Override
            public @Nullable String take() {
                return deque.pollFirst();
            }

            @Override
            public void give(String eni) {
                deque.offerFirst(eni);
            }
        };
    }

    static Bag<String> jctools(List<String> enis) {
        MpmcArrayQueue<String> queue = new MpmcArrayQueue<>(Math.max(2, enis.size()));
        enis.forEach(queue::offer);
        return new Bag<>() {
            @Override
            public @Nullable String take() {
                return queue.poll();
            }

            @Override
            public void give(String eni) {
                queue.offer(eni);
            }
        };
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

    static Bag<Entry> hikari(List<String> enis) {
        ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});
        enis.forEach(eni -> bag.add(new Entry()));
        return new Bag<>() {
            @Override
            public @Nullable Entry take() {
                try {
                    return bag.borrow(0, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }

            @Override
            public void give(Entry entry) {
                bag.requite(entry);
            }

            @Override
            public void close() {
                bag.close();
            }
        };
    }

    static Bag<String> commonsPool(List<String> enis) {
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
        fill(pool, enis.size());
        return new Bag<>() {
            @Override
            public @Nullable String take() {
                try {
                    return pool.borrowObject();
                } catch (NoSuchElementException e) {
                    // How this pool says that it is empty.
                    return null;
                } catch (Exception e) {
                    throw new IllegalStateException("commons-pool2 failed to lend", e);
                }
            }

            @Override
            public void give(String eni) {
                pool.returnObject(eni);
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }

    private static void fill(GenericObjectPool<String> pool, int count) {
        try {
            pool.addObjects(count);
        } catch (Exception e) {
            throw new IllegalStateException("commons-pool2 cannot be filled", e);
        }
    }

    static Bag<Pooled<String>> stormpot(List<String> enis) {
        Pool<Pooled<String>> pool = Pool.of(enis.toArray(String[]::new));
        return new Bag<>() {
            @Override
            public @Nullable Pooled<String> take() {
                return pool.tryClaim();
            }

            @Override
            public void give(Pooled<String> eni) {
                eni.release();
            }

            @Override
            public void close() {
                pool.shutdown();
            }
        };
    }
}
