package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.stress.StressProgram.Supply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many operations of eight threads, with faults at every seam and restarts, by seed: 300,000 with {@code -Denim.long=true};
 * {@code -Denim.stress.seed=N} draws others, {@code -Denim.stress.operations=N} says how many of each supply.
 */
@Tag("slow")
class ManagerStressTest {
    private static final int OPERATIONS =
            Integer.getInteger("enim.stress.operations", Boolean.getBoolean("enim.long") ? 150_000 : 1_000);
    private static final long SEED = Long.getLong("enim.stress.seed", 0);
    private static final int THREADS = 8;
    private static final int PODS = 12;
    private static final int ENIS = 8;

    @ParameterizedTest
    @EnumSource(Supply.class)
    void p1_p2_p3_p4_p5_p7_p8_p10_p12_p13_p14_p15_p16_p17_p20_noPromiseIsBrokenInChaos(Supply supply) {
        List<Consumer<NodeRuntime>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(SEED * THREADS + thread);
            threads.add(runtime -> {
                for (int i = 0; i < OPERATIONS / THREADS && !runtime.isViolated(); i++) {
                    runtime.act(StressAction.random(random, PODS));
                }
            });
        }
        StressRun.Outcome outcome = StressRun.run(ENIS, supply, PODS, SeededManagerBug.NONE, threads);
        System.out.println(supply + ": " + outcome.actions() + " operations of " + THREADS + " threads: " + outcome);
        assertThat(outcome.violations()).isEmpty();
    }
}
