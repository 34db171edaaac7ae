package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;

/** An allocator with one ENI, which a key holds. */
class HeldEni {
    private static final Integer ENI = 1;
    private static final Integer HOLDER = 0;

    final EniAllocator<Integer, Integer> allocator = new EniAllocator<>();
    private final Lease<Integer, Integer> lease;

    HeldEni() {
        allocator.add(ENI);
        lease = allocator.allocate(HOLDER).orElseThrow();
    }

    /** Ends the lease that the ENI is held by at first; false when it had ended. */
    final boolean release() {
        return allocator.release(lease, ReleaseTo.FREE);
    }

    final boolean allocate(int key) {
        return allocator.allocate(key).isPresent();
    }
}
