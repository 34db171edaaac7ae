package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.check.CallRecorder;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Seeded programs of several threads; their histories must have an order that the sequential model allows. */
class AllocatorHistoryTest {
    private static final int ROUNDS = Boolean.getBoolean("enim.long") ? 200_000 : 6_000;
    private static final int THREADS = 4;
    private static final int LENGTH = 5;

    private final CallRecorder callRecorder = new CallRecorder();

    @AfterEach
    void close() {
        callRecorder.close();
    }

    /** The first history without an order, by seed. */
    private Optional<String> violation(Supplier<EniAllocator<Integer, Integer>> allocators) {
        for (long seed = 0; seed < ROUNDS; seed++) {
            AllocatorProgram allocatorProgram = AllocatorProgram.random(new Random(seed), THREADS, LENGTH);
            String told = "seed " + seed + ", " + allocatorProgram + ": ";
            Optional<String> violation =
                    allocatorProgram.violation(callRecorder, allocators, 1).map(history -> told + history);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    @Test
    void p1_everyHistoryHasASequentialOrder() {
        assertThat(violation(EniAllocator::new)).isEmpty();
    }

    @Test
    void theCheckCatchesExhaustionThatWasOnlySeen() {
        assertThat(violation(FlawedAllocators.LooksOnlyOnce::new)).isPresent();
    }
}
