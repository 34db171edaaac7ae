package io.enim.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.enim.core.chaos.Fault;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
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
    void p1_p2_p3_p5_p8_p12_p13_p14_p15_p16_p17_p20_noPromiseIsBrokenInDaysOfFaults() throws InterruptedException {
        assertThat(Swarm.run(SEED, SEEDS, TIME)).isEmpty();
    }

    @Test
    void aSeedReplaysToTheLetter() throws InterruptedException {
        Scenario scenario = Scenario.of(SEED, TIME, Flaw::new);
        assertThat(scenario.run()).isEqualTo(scenario.run());
    }

    /** The first seed whose run breaks this promise. */
    private static Scenario requireFound(Supplier<Flaw> flaw, String promise, Kind... kinds)
            throws InterruptedException {
        return requireFound(seed -> Scenario.of(seed, Duration.ofHours(24), flaw), promise, kinds);
    }

    /** Of seeds whose faults are of these kinds, among others. Without the bug, the same run breaks none. */
    private static Scenario requireFound(LongFunction<Scenario> scenarios, String promise, Kind... kinds)
            throws InterruptedException {
        int tried = 0;
        for (long seed = SEED; tried < MOST_FLAWED; seed++) {
            Scenario scenario = scenarios.apply(seed);
            if (scenario.kinds().containsAll(List.of(kinds))) {
                tried++;
                if (scenario.run().violations().stream().anyMatch(one -> one.startsWith(promise + ":"))) {
                    assertThat(scenario.sound().run().violations()).isEmpty();
                    return scenario;
                }
            }
        }
        throw new AssertionError("not found in " + MOST_FLAWED + " node-days");
    }

    @Test
    void p1_anEniThatIsHandedOutTwiceIsFound() throws InterruptedException {
        requireFound(Flaws.HandsOutTwice::new, "P1");
    }

    @Test
    void p2_p13_aDeviceThatIsHandedOutDirtyIsFound() throws InterruptedException {
        requireFound(Flaws.LeavesTheAlias::new, "P2, P13");
    }

    @Test
    void p3_aRepeatedAddThatBeginsAnewIsFound() throws InterruptedException {
        requireFound(Flaws.AddsAnew::new, "P3");
    }

    @Test
    void p4_aDelThatForgetsTheContainerIsFound() throws InterruptedException {
        requireFound(Flaws.DelForgetsTheContainer::new, "P1");
    }

    @Test
    void p5_anEniThatIsNotHandedBackIsFound() throws InterruptedException {
        requireFound(Flaws.LosesClaims::new, "P5");
    }

    @Test
    void p8_anAddThatExceedsItsDeadlineIsFound() throws InterruptedException {
        requireFound(Flaws.ExceedsTheDeadline::new, "P8", Kind.LATE);
    }

    @Test
    void p14_agesOnTheWallClockAreFoundAndTheShrunkMixIsOneStepOfIt() throws InterruptedException {
        Fault[] daysBack = IntStream.range(1, 3)
                .mapToObj(number -> Duration.ofMinutes(20 * number))
                .map(at -> new Fault(at, Duration.ZERO, Kind.CLOCK, Place.CLOUD, 100, -86_400))
                .toArray(Fault[]::new);
        Scenario found = requireFound(seed -> brief(seed, Flaws.MeasuresOnTheWall::new, daysBack), "P5");
        assertThat(found.shrunk().faults()).hasSize(1);
    }

    @Test
    void p15_slotsThatLeakAreFound() throws InterruptedException {
        requireFound(Flaws.LeaksSlots::new, "P20");
    }

    @Test
    void p16_anAddWhoseFailureUndoesAnEarlierOneIsFound() throws InterruptedException {
        requireFound(
                seed -> hourly(
                        seed,
                        Flaws.UndoesAnEarlierAdd::new,
                        hour -> Stream.of(new Fault(hour, HALF_AN_HOUR, Kind.REFUSED, Place.DEVICES, 50, 0))),
                "P16");
    }

    @Test
    void p17_directoriesThatAreUnlockedTooEarlyAreFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.UnlocksEarly::new), "P17");
    }

    @Test
    void p1_deathByThePathOfANamespaceAloneIsFound() throws InterruptedException {
        requireFound(
                seed -> hourly(
                        seed,
                        Flaws.TakesLongHiddenForDead::new,
                        hour -> Stream.of(new Fault(hour, HALF_AN_HOUR, Kind.HIDDEN, Place.DEVICES, 100, 0))),
                "P1");
    }

    @Test
    void p1_anAddThatForgetsWhichEniItRequiresIsFound() throws InterruptedException {
        requireFound(Flaws.ForgetsTheWish::new, "wish");
    }

    @Test
    void aCooldownThatIsTooShortIsFound() throws InterruptedException {
        requireFound(Flaws.RestsTooShort::new, "cooldown");
    }

    private static Scenario hourly(long seed, Supplier<Flaw> flaw, Function<Duration, Stream<Fault>> faults) {
        List<Fault> all = IntStream.range(0, 24)
                .mapToObj(Duration::ofHours)
                .flatMap(faults)
                .toList();
        return new Scenario(seed, Duration.ofHours(24), all, flaw);
    }

    @Test
    void p8_addsThatWaitInThePlacesOfOthersAreFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.WaitsInAPlace::new), "P15");
    }

    @Test
    void p8_aReleaseThatHangsAndIsNotInterruptedIsFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.NeverInterruptsARelease::new), "P8");
    }

    @Test
    void p8_answersAfterCloseAreFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.AnswersAfterClose::new), "P8");
    }

    @Test
    void p8_aCloseThatWaitsForAddsThatWaitIsFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.WaitsForThoseThatWait::new), "P8");
    }

    @Test
    void p19_threadsThatAreLeftBehindInCallsAreFound() throws InterruptedException {
        Fault hangs = new Fault(HALF_AN_HOUR, HALF_AN_HOUR, Kind.DEAF, Place.PROVIDER, 100, 0);
        requireFound(seed -> brief(seed, Flaws.LeavesThreadsBehind::new, hangs), "P19");
    }

    @Test
    void p3_aDelThatStopsAtTheFirstLifeThatFailsIsFound() throws InterruptedException {
        requireFound(
                seed -> hourly(
                        seed,
                        Flaws.StopsAtTheFirstLife::new,
                        hour -> Stream.of(new Fault(hour, HALF_AN_HOUR, Kind.REFUSED, Place.DISK, 50, 0))),
                "P3");
    }

    @Test
    void p19_aCallThatIsRepeatedAtOnceIsFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.AsksAgainAtOnce::new), "P19");
    }

    private static Scenario brief(long seed, Supplier<Flaw> flaw, Fault... faults) {
        return new Scenario(seed, Duration.ofHours(1), List.of(faults), flaw);
    }

    @Test
    void p20_healthThatDoesNotLookIsFound() throws InterruptedException {
        requireFound(seed -> brief(seed, Flaws.SaysHealthy::new), "P20");
    }
}
