package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import org.jspecify.annotations.Nullable;

/** The keyed job: to each endpoint at most one ENI, asked again the same one, and back again. */
interface KeyedPool extends AutoCloseable {
    /** The endpoint's ENI, or null when there is none to be had. */
    @Nullable
    Object allocate(Endpoint endpoint);

    /** Whether the endpoint held one, which is free now. */
    boolean release(Endpoint endpoint);

    @Override
    default void close() {}
}
