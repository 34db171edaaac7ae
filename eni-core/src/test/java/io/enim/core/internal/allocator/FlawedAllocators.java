package io.enim.core.internal.allocator;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Allocators with one bug each, to see that the checks catch it. */
final class FlawedAllocators {
    private FlawedAllocators() {}

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

    /** Puts an ENI into the stack a second time, as a period of its own, when it is released. */
    static final class FreesTwice<K, E> extends EniAllocator<K, E> {
        @Override
        void finish(Claim<K, E> claim, @Nullable Object begun) {
            super.finish(claim, begun);
            if (begun instanceof Period<?, ?>) {
                free.push(new Period<>(requireNonNull(claim.granted()).slot, null, null));
            }
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

    /** Takes all stacks for empty at once when each was found empty at some time. */
    static final class LooksAtEachStackOnce<K, E> extends FreeStacks<K, E> {
        LooksAtEachStackOnce(int stacks, IntSupplier choice) {
            super(stacks, choice);
        }

        @Override
        boolean allEmpty() {
            return true;
        }
    }

    /** Takes one look at the ENIs for a snapshot. */
    static final class LooksForASnapshotOnce<K, E> extends EniAllocator<K, E> {
        @Override
        boolean agree(List<Reading<K, E>> one, List<Reading<K, E>> other) {
            return true;
        }
    }
}
