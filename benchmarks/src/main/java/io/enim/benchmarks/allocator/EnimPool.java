// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import io.enim.core.internal.allocator.EniAllocator;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ENIM's allocator, as eni-core uses it. */
final class EnimPool implements KeyedPool {
    private final EniAllocator<Endpoint, String> allocator = new EniAllocator<>();

    EnimPool(List<String> enis) {
        enis.forEach(allocator::add);
    }

    @Override
    public @Nullable Object allocate(Endpoint endpoint) {
        return allocator.allocate(endpoint).orElse(null);
    }

    @Override
    public boolean release(Endpoint endpoint) {
        return allocator.release(endpoint, ReleaseTo.FREE);
    }
}
