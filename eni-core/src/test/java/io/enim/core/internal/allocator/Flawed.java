package io.enim.core.internal.allocator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

    /** Ends the lease first and puts the ENI into the stack then: for an instant it is neither held nor to be had. */
    static final class EndsBeforeThePush<K, E> extends EniAllocator<K, E> {
        @Override
        void finish(Claim<K, E> claim, @Nullable Object begun) {
            if (begun instanceof Period<?, ?> next && next.get() == null && !claim.ended) {
                claim.ended = true;
                free.push(typed(next));
            }
            super.finish(claim, begun);
        }

        @SuppressWarnings("unchecked")
        private Period<K, E> typed(Period<?, ?> period) {
            return (Period<K, E>) period;
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

    /** Allocates one at a time, spinning while another thread does. */
    static final class Spins<K, E> extends EniAllocator<K, E> {
        private final AtomicBoolean busy = new AtomicBoolean();

        @Override
        public Optional<Lease<K, E>> allocate(K key) {
            while (!busy.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            Optional<Lease<K, E>> lease = super.allocate(key);
            busy.set(false);
            return lease;
        }
    }

    /** Releases whatever the key holds now, whichever lease it is shown. */
    static final class ForgetsTheEpoch<K, E> extends EniAllocator<K, E> {
        @Override
        public boolean release(Lease<K, E> lease, ReleaseTo to) {
            return super.release(lease.key(), to);
        }
    }

    /** Takes one look at the ENIs for a snapshot. */
    static final class LooksForASnapshotOnce<K, E> extends EniAllocator<K, E> {
        @Override
        boolean agree(List<Seen<K, E>> one, List<Seen<K, E>> other) {
            return true;
        }
    }
}
