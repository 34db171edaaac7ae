package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.EndedLease;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** An allocator that is asked by {@link AllocatorCall}s. Remembers the first lease of each key, so that stale ones are shown too. */
final class AllocatorDriver {
    private static final int KEYS = 16;

    private final EniAllocator<Integer, Integer> allocator;
    private final AtomicReferenceArray<Lease<Integer, Integer>> remembered = new AtomicReferenceArray<>(KEYS);

    /** Begins with this many free ENIs, numbered from 0. */
    AllocatorDriver(EniAllocator<Integer, Integer> allocator, int free) {
        this.allocator = allocator;
        for (int eni = 0; eni < free; eni++) {
            allocator.add(eni);
        }
    }

    Object execute(AllocatorCall allocatorCall) {
        Integer subject = allocatorCall.subject();
        return switch (allocatorCall.verb()) {
            case ALLOCATE -> remembered(allocator.allocate(subject));
            case LEASE -> allocator.lease(subject);
            case RELEASE -> allocator.release(subject, ReleaseTo.FREE);
            case RELEASE_TO_REST -> allocator.release(subject, ReleaseTo.RESTING);
            case RELEASE_LEASE -> ended(remembered.get(subject));
            case ADD -> allocator.add(subject);
            case ADD_RESTING -> allocator.addResting(subject);
            case ADOPT -> remembered(allocator.adopt(subject, allocatorCall.key()));
            case REUSE -> allocator.reuse(subject);
            case RETIRE -> allocator.retire(subject);
            case QUARANTINE -> allocator.quarantine(subject);
            case REINSTATE -> allocator.reinstate(subject);
            case STATUS -> allocator.status(subject);
            case SNAPSHOT -> allocator.snapshot();
        };
    }

    private Optional<Lease<Integer, Integer>> remembered(Optional<Lease<Integer, Integer>> lease) {
        lease.ifPresent(granted -> remembered.compareAndSet(granted.key(), null, granted));
        return lease;
    }

    private EndedLease ended(Lease<Integer, Integer> lease) {
        return new EndedLease(Optional.ofNullable(lease), lease != null && allocator.release(lease, ReleaseTo.FREE));
    }
}
