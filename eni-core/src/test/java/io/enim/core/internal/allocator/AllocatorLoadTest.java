package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.State;
import io.enim.core.internal.allocator.EniAllocator.Status;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of thousands of operations of eight threads. An array beside the allocator has the user of each ENI: a thread
 * that is granted an ENI enters its lease there, and must find none. Half of the keys belong to one thread each, which so
 * knows what it holds; all threads share the other half. There are more keys than ENIs, so that ENIs are often exhausted,
 * and keys that fail in the midst of a call, which is then repeated.
 */
class AllocatorLoadTest {
    private static final int OPERATIONS = Boolean.getBoolean("enim.long") ? 10_000_000 : 400_000;
    private static final int THREADS = 8;
    private static final int ENIS = 24;
    private static final int OWN_KEYS = 3;
    private static final int SHARED_KEYS = 24;
    private static final int BETWEEN_SNAPSHOTS = 1_000;

    private final EniAllocator<HostileKey, Integer> allocator = new EniAllocator<>();
    private final AtomicReferenceArray<Lease<HostileKey, Integer>> users = new AtomicReferenceArray<>(ENIS);
    private final AtomicInteger exhausted = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private Consumer<Lease<HostileKey, Integer>> onRelease = lease -> {};

    private void run() {
        IntStream.range(0, ENIS).forEach(allocator::add);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            IntStream.range(0, THREADS)
                    .mapToObj(thread -> CompletableFuture.runAsync(new Worker(thread), threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private final class Worker implements Runnable {
        private final int thread;
        private final SplittableRandom random;
        private long failures;

        Worker(int thread) {
            this.thread = thread;
            random = new SplittableRandom(thread);
        }

        @Override
        public void run() {
            for (int i = 0; i < OPERATIONS / THREADS && wrong.isEmpty(); i++) {
                int draw = random.nextInt(100);
                if (draw < 60) {
                    own(new HostileKey(SHARED_KEYS + thread * OWN_KEYS + random.nextInt(OWN_KEYS)));
                } else if (draw < 90) {
                    shared(new HostileKey(random.nextInt(SHARED_KEYS)));
                } else {
                    int eni = random.nextInt(ENIS);
                    untilDone(() -> inventory(eni));
                }
                if (i % BETWEEN_SNAPSHOTS == 0) {
                    checkSnapshot();
                }
            }
        }

        /** Only this thread uses the key: no other thread may take its ENI. */
        private void own(HostileKey key) {
            Optional<Lease<HostileKey, Integer>> granted = untilDone(() -> allocator.allocate(key));
            if (granted.isEmpty()) {
                exhausted.incrementAndGet();
                return;
            }
            Lease<HostileKey, Integer> lease = granted.get();
            if (!users.compareAndSet(lease.eni(), null, lease)) {
                wrong.add("I1: " + lease + ", yet in use by " + users.get(lease.eni()));
            }
            if (untilDone(() -> allocator.allocate(key)).filter(lease::equals).isEmpty()) {
                wrong.add("p3: a second allocate of " + lease + " gave another");
            }
            if (!users.compareAndSet(lease.eni(), lease, null)) {
                wrong.add("I1: " + lease + " was taken over by " + users.get(lease.eni()));
            }
            long before = failures;
            // What failed may have taken effect.
            if (!untilDone(() -> allocator.release(lease, ReleaseTo.FREE)) && failures == before) {
                wrong.add("I2: " + lease + " had ended while only its thread could end it");
            }
            onRelease.accept(lease);
            if (untilDone(() -> allocator.release(lease, ReleaseTo.FREE))) {
                wrong.add("I3: " + lease + " ended twice");
            }
        }

        private void shared(HostileKey key) {
            ReleaseTo state = random.nextBoolean() ? ReleaseTo.FREE : ReleaseTo.COOLDOWN;
            if (random.nextBoolean()) {
                untilDone(() -> allocator.allocate(key));
            } else {
                untilDone(() -> allocator.release(key, state));
            }
        }

        /** The answer of a call, which is repeated while a key fails in it. */
        private <T> T untilDone(Supplier<T> call) {
            while (true) {
                try {
                    return call.get();
                } catch (HostileKey.KeyError | IllegalStateException e) {
                    failures++;
                }
            }
        }

        private boolean inventory(Integer eni) {
            switch (random.nextInt(6)) {
                case 0 -> allocator.quarantine(eni);
                case 1 -> allocator.retire(eni);
                case 2, 3 -> allocator.add(eni);
                default -> allocator.reuse(eni);
            }
            return true;
        }

        private void checkSnapshot() {
            Set<Integer> enis = new HashSet<>();
            for (Status<HostileKey, Integer> status : allocator.snapshot()) {
                if (!enis.add(status.eni())) {
                    wrong.add("I3: a snapshot shows ENI " + status.eni() + " twice");
                }
                if (status.lease().isPresent() != (status.state() == State.HELD)
                        || !status.lease().map(Lease::eni).orElse(status.eni()).equals(status.eni())) {
                    wrong.add("a snapshot shows " + status);
                }
            }
        }
    }

    @Test
    void i1_i2_i3_p1_noViolationUnderLoad() {
        run();
        assertThat(wrong).isEmpty();
        assertThat(exhausted).as("times that no ENI was free").hasPositiveValue();
        // Gone ones: at most as many as ENIs or the minimum depth of a sweep, and those of unfinished operations.
        assertThat(allocator.free.cells()).isLessThan(ENIS + 64 + ENIS + THREADS);
    }

    @Test
    void theCheckCatchesAnEniThatIsFreedTwice() {
        onRelease = lease -> {
            Claim<HostileKey, Integer> ended = (Claim<HostileKey, Integer>) lease;
            allocator.free.push(new Claim<>(ended.slot(), After.FREE));
        };
        run();
        assertThat(wrong).isNotEmpty();
    }
}
