package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.check.Event;
import io.enim.core.check.Linearizability;
import io.enim.core.check.Recorder;
import io.enim.core.internal.allocator.AllocatorModel.Ask;
import java.util.ArrayList;
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
            EniAllocator<Integer, Integer> allocator = made.get();
            for (int eni = 0; eni < free; eni++) {
                allocator.add(eni);
            }
            List<List<Ask>> programs = programs(random);
            List<Event<Ask, Object>> history = recorder.run(programs, ask -> AllocatorModel.ask(allocator, ask));
            if (Linearizability.order(new AllocatorModel(free), history).isEmpty()) {
                return Optional.of("seed " + seed + " with " + free + " free: " + history);
            }
        }
        return Optional.empty();
    }

    private static List<List<Ask>> programs(Random random) {
        List<List<Ask>> programs = new ArrayList<>();
        int threads = 2 + random.nextInt(3);
        for (int thread = 0; thread < threads; thread++) {
            List<Ask> program = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                program.add(Ask.random(random, KEYS, ENIS));
            }
            programs.add(program);
        }
        return programs;
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
