package io.enim.benchmarks.allocator;

import org.jspecify.annotations.Nullable;

/** What most libraries offer: things to take and to give back, without a key. */
interface Bag<T> extends AutoCloseable {
    /** One that is free, or null; never waits. */
    @Nullable
    T take();

    void give(T thing);

    @Override
    default void close() {}
}
