// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import org.jspecify.annotations.Nullable;

/** The keyed job: each endpoint gets at most one ENI, the same one when it asks again, and releases it. */
interface KeyedPool extends AutoCloseable {
    /** The endpoint's ENI, or null when none is free. */
    @Nullable
    Object allocate(Endpoint endpoint);

    /** Releases the endpoint's ENI; false when it held none. */
    boolean release(Endpoint endpoint);

    @Override
    default void close() {}
}
