package io.enim.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.enim.core.simulation.NodeRun.Outcome;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A node lives for days in virtual time, under a mix of faults for each seed. A failing seed shows the faults that it needs;
 * {@code -Denim.simulation.seed=N -Denim.simulation.log=true} replays it, with all that the node logs.
 */
@Tag("slow")
class NodeSimulationTest {
    private static final Duration TIME = Duration.ofHours(Long.getLong("enim.simulation.hours", 24));
    private static final long SEED = Long.getLong("enim.simulation.seed", 1);
    private static final long SEEDS =
            Long.getLong("enim.simulation.seeds", Boolean.getBoolean("enim.long") ? 1_000 : 8);
    private static final int MOST_FLAWED = 60;

    private final Logger log = (Logger) LoggerFactory.getLogger("io.enim");

    @BeforeEach
    void quiet() {
        log.setLevel(Boolean.getBoolean("enim.simulation.log") ? Level.DEBUG : Level.OFF);
    }

    @AfterEach
    void aloud() {
        log.setLevel(null);
    }

    @Test
    void p1_p2_p3_p5_p8_p12_p14_p15_p16_p17_noPromiseIsBrokenInDaysOfFaults() throws InterruptedException {
        long began = cpuNanos();
        Duration lived = Duration.ZERO;
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            Scenario scenario = Scenario.of(seed, TIME, Flaw.NONE);
            Outcome outcome = scenario.run();
            lived = lived.plus(outcome.time());
            if (!outcome.violations().isEmpty()) {
                throw new AssertionError(outcome.violations() + "\n" + scenario.shrunk());
            }
        }
        System.out.printf(
                "%d fault mixes, %.1f node-days in %d s of processor time%n",
                SEEDS, lived.toMinutes() / 1440.0, (cpuNanos() - began) / 1_000_000_000);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    @Test
    void aSeedReplaysToTheLetter() throws InterruptedException {
        Scenario scenario = Scenario.of(SEED, TIME, Flaw.NONE);
        assertThat(scenario.run()).isEqualTo(scenario.run());
    }

    /** The first seed whose run breaks this promise. */
    private static Scenario requireFound(Supplier<Flaw> flaw, String promise) throws InterruptedException {
        for (long seed = SEED; seed < SEED + MOST_FLAWED; seed++) {
            Scenario scenario = Scenario.of(seed, Duration.ofHours(24), flaw.get());
            List<String> violations = scenario.run().violations();
            if (!violations.isEmpty()) {
                System.out.println(flaw.get().getClass().getSimpleName() + " by seed " + seed + ": " + violations);
                assertThat(violations).anySatisfy(one -> assertThat(one).startsWith(promise));
                return scenario;
            }
        }
        throw new AssertionError(
                "not found in " + MOST_FLAWED + " node-days: " + flaw.get().getClass());
    }

    @Test
    void p1_anEniThatIsHandedOutTwiceIsFound() throws InterruptedException {
        requireFound(Flaws.HandsOutTwice::new, "P1");
    }

    @Test
    void p4_aDelThatForgetsTheContainerIsFound() throws InterruptedException {
        requireFound(Flaws.DelForgetsTheContainer::new, "P1");
    }

    @Test
    void p5_anEniThatIsNotHandedBackIsFound() throws InterruptedException {
        requireFound(Flaws.LosesClaims::new, "P");
    }
}
