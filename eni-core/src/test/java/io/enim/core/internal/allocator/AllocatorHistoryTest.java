package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.check.Event;
import io.enim.core.check.Linearizability;
import io.enim.core.check.Recorder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Seeded programs of several threads; their histories must have an order that the sequential model allows. */
class AllocatorHistoryTest {
    private static final int ROUNDS = Boolean.getBoolean("enim.long") ? 200_000 : 6_000;
    private static final int KEYS = 3;
    private static final int ENIS = 3;

    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        recorder.close();
    }

    /** The first history without an order, by seed. */
    private Optional<String> violation(int rounds, Supplier<EniAllocator<Integer, Integer>> made) {
        for (long seed = 0; seed < rounds; seed++) {
            Random random = new Random(seed);
            int free = random.nextInt(ENIS + 1);
            Subject subject = new Subject(made.get(), free);
            List<List<Ask>> programs = Ask.programs(random, 2 + random.nextInt(3), 5, KEYS, ENIS);
            List<Event<Ask, Object>> history = recorder.run(programs, subject::ask);
            if (Linearizability.order(new AllocatorModel(free), history).isEmpty()) {
                return Optional.of("seed " + seed + " with " + free + " free: " + history);
            }
        }
        return Optional.empty();
    }

    @Test
    void p1_everyHistoryHasASequentialOrder() {
        assertThat(violation(ROUNDS, EniAllocator::new)).isEmpty();
    }

    @Test
    void theCheckCatchesExhaustionThatWasOnlySeen() {
        assertThat(violation(ROUNDS, Flawed.LooksOnlyOnce::new)).isPresent();
    }
}
