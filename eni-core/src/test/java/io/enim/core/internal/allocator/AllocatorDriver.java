package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.EndedLease;
import io.enim.core.internal.allocator.EniAllocator.Granted;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Executes {@link AllocatorCall}s on an allocator. Remembers the first lease of each key, so that stale leases are
 * released too. Not final: {@link FlawedAllocators} seed bugs.
 */
class AllocatorDriver {
    static final int KEYS = 16;

    final EniAllocator<Integer, Integer> allocator;
    private final AtomicReferenceArray<Lease<Integer, Integer>> firstLeases = new AtomicReferenceArray<>(KEYS);

    AllocatorDriver() {
        this(EniAllocator.compact(8));
    }

    AllocatorDriver(EniAllocator<Integer, Integer> allocator) {
        this.allocator = allocator;
    }

    /** Adds this many free ENIs, numbered from 0. */
    final AllocatorDriver with(int free) {
        IntStream.range(0, free).forEach(allocator::add);
        return this;
    }

    final Object execute(AllocatorCall call) {
        Integer subject = call.subject();
        return switch (call.verb()) {
            case ALLOCATE -> remember(allocate(subject));
            case LEASE -> allocator.lease(subject);
            case RELEASE -> release(subject, ReleaseTo.FREE);
            case RELEASE_TO_COOLDOWN -> release(subject, ReleaseTo.COOLDOWN);
            case RELEASE_TO_LAST -> release(subject, ReleaseTo.FREE_LAST);
            case RELEASE_LEASE -> endFirst(firstLeases.get(subject));
            case ADD -> allocator.add(subject);
            case ADD_COOLING_DOWN -> allocator.addCoolingDown(subject);
            case ADOPT -> remember(allocator.adopt(subject, call.key()));
            case ALLOCATE_ENI -> remember(allocate(call.key(), subject));
            case REUSE -> allocator.reuse(subject);
            case RETIRE -> allocator.retire(subject);
            case QUARANTINE -> allocator.quarantine(subject);
            case STATUS -> allocator.status(subject);
            case SNAPSHOT -> snapshot();
        };
    }

    Optional<Lease<Integer, Integer>> allocate(Integer key) {
        return allocator.allocate(key);
    }

    Granted<Integer, Integer> allocate(Integer key, Integer eni) {
        return allocator.allocate(key, eni, key::equals);
    }

    boolean release(Integer key, ReleaseTo to) {
        return allocator.release(key, to);
    }

    boolean release(Lease<Integer, Integer> lease) {
        return allocator.release(lease, ReleaseTo.FREE);
    }

    Object snapshot() {
        return allocator.snapshot();
    }

    private Optional<Lease<Integer, Integer>> remember(Optional<Lease<Integer, Integer>> lease) {
        lease.ifPresent(granted -> firstLeases.compareAndSet(granted.key(), null, granted));
        return lease;
    }

    private Granted<Integer, Integer> remember(Granted<Integer, Integer> granted) {
        remember(granted.lease());
        return granted;
    }

    private EndedLease endFirst(@Nullable Lease<Integer, Integer> lease) {
        return new EndedLease(Optional.ofNullable(lease), lease != null && release(lease));
    }
}
