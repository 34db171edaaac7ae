package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.EniAllocator.Granted;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Allocators with one bug each, composed of the allocator's own parts, to show that the checks catch it. */
final class FlawedAllocators {
    private FlawedAllocators() {}

    /** Ends the lease before it pushes the ENI: for an instant the ENI is neither held nor free. */
    static final class EndsBeforeThePush extends AllocatorDriver {
        @Override
        boolean release(Integer key, ReleaseTo to) {
            Optional<Lease<Integer, Integer>> lease = allocator.lease(key);
            return lease.isPresent() && endBeforeThePush((Claim<Integer, Integer>) lease.get())
                    || super.release(key, to);
        }

        private boolean endBeforeThePush(Claim<Integer, Integer> claim) {
            boolean first = claim.next(null, After.FREE);
            if (first) {
                allocator.free.push(claim);
            }
            return first;
        }
    }

    /** Checks exhaustion once, and holds an ENI for an instant in which no key has it. */
    static final class HidesAnEni extends AllocatorDriver {
        @Override
        Optional<Lease<Integer, Integer>> allocate(Integer key) {
            Optional<Lease<Integer, Integer>> first = super.allocate(key);
            if (first.isPresent() && allocator.release(first.get(), ReleaseTo.COOLDOWN)) {
                Thread.onSpinWait();
                allocator.reuse(first.get().eni());
                return super.allocate(key);
            }
            return first;
        }
    }

    /** Allocates for one thread at a time, while others spin. */
    static final class Spins extends AllocatorDriver {
        private final AtomicBoolean busy = new AtomicBoolean();

        @Override
        Optional<Lease<Integer, Integer>> allocate(Integer key) {
            while (!busy.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            Optional<Lease<Integer, Integer>> lease = super.allocate(key);
            busy.set(false);
            return lease;
        }
    }

    /** Releases what the key holds now, also for an older lease. */
    static final class ForgetsTheEpoch extends AllocatorDriver {
        @Override
        boolean release(Lease<Integer, Integer> lease) {
            return super.release(lease.key(), ReleaseTo.FREE);
        }
    }

    /** Reads each ENI once for a snapshot. */
    static final class ReadsASnapshotOnce extends AllocatorDriver {
        @Override
        Object snapshot() {
            return IntStream.range(0, KEYS)
                    .boxed()
                    .flatMap(eni -> allocator.status(eni).stream())
                    .toList();
        }
    }

    /** Looks at a wished ENI before it asks for it, and if it does not get it, tells what it saw. */
    static final class TellsAnEarlierState extends AllocatorDriver {
        @Override
        Granted<Integer, Integer> allocate(Integer key, Integer eni) {
            Optional<Status<Integer, Integer>> seen = allocator.status(eni);
            Thread.yield();
            Granted<Integer, Integer> granted = super.allocate(key, eni);
            return granted.lease().isPresent() ? granted : new Granted<>(Optional.empty(), seen);
        }
    }
}
