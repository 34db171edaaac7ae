package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;

/** An allocator with one ENI, which a key holds. */
class HeldEni {
    final EniAllocator<Integer, Integer> allocator = EniAllocator.compact(8);
    private final Lease<Integer, Integer> lease;

    HeldEni() {
        allocator.add(1);
        lease = allocator.allocate(0).orElseThrow();
    }

    /** Ends the lease that the ENI is held by at first; false when it had ended. */
    final boolean release() {
        return allocator.release(lease, ReleaseTo.FREE);
    }

    final boolean allocate(int key) {
        return allocator.allocate(key).isPresent();
    }
}
