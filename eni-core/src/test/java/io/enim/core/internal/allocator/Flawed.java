package io.enim.core.internal.allocator;

import java.util.Optional;

/** Allocators with one bug each, to see that the checks catch it. */
final class Flawed {
    private Flawed() {}

    /** Believes that a period is granted to whoever wished for it. */
    static final class TakesWishForGrant<K, E> extends EniAllocator<K, E> {
        @Override
        boolean isGranted(Period<K, E> period, Claim<?, ?> claim) {
            claim.compareAndSet(null, period);
            return true;
        }
    }

    /** Holds an ENI back for an instant in which it belongs to nobody, so that others see none. */
    static final class LooksOnlyOnce<K, E> extends EniAllocator<K, E> {
        @Override
        public Optional<Lease<K, E>> allocate(K key) {
            Optional<Lease<K, E>> first = super.allocate(key);
            if (first.isPresent() && super.release(first.get(), ReleaseTo.RESTING)) {
                Thread.onSpinWait();
                super.reuse(first.get().eni());
                return super.allocate(key);
            }
            return first;
        }
    }

    /** Releases whatever the key holds now, whichever lease it is shown. */
    static final class ForgetsTheEpoch<K, E> extends EniAllocator<K, E> {
        @Override
        public boolean release(Lease<K, E> lease, ReleaseTo to) {
            return super.release(lease.key(), to);
        }
    }
}
