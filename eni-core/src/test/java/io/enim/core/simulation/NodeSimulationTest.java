package io.enim.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
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
        assertThat(Swarm.run(SEED, SEEDS, TIME)).isEmpty();
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
