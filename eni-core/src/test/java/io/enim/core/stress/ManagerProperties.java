package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.stress.StressAction.Verb;
import io.enim.core.stress.StressProgram.Supply;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/**
 * Programs of 1 to 16 threads against a manager. A failure is shrunk to a program that is short enough to read, and jqwik
 * prints the seed, which {@code @Property(seed = "…")} replays. The threads' timing is not part of the seed.
 */
@Tag("slow")
class ManagerProperties {
    private static final int MORE = Boolean.getBoolean("enim.long") ? 10 : 1;

    /** What ends neither at a deadline nor by a fault. */
    private static final Set<Verb> UNTIMED =
            EnumSet.of(Verb.ADD, Verb.DEL, Verb.DEL_EVERY_LIFE, Verb.CHECK, Verb.GC, Verb.RESTART);

    @Provide
    Arbitrary<StressProgram> oneThread() {
        return programs(1, 30);
    }

    @Provide
    Arbitrary<StressProgram> fewThreads() {
        return programs(4, 8);
    }

    @Provide
    Arbitrary<StressProgram> manyThreads() {
        return programs(16, 4);
    }

    private static Arbitrary<StressProgram> programs(int threads, int length) {
        return programs(threads, length, EnumSet.allOf(Verb.class));
    }

    private static Arbitrary<StressProgram> programs(int threads, int length, Set<Verb> verbs) {
        Arbitrary<StressAction> action = Combinators.combine(
                        Arbitraries.frequency(verbs.stream()
                                .map(verb -> Tuple.of(verb.weight, verb))
                                .toList()),
                        Arbitraries.integers().between(0, StressAction.PODS - 1),
                        Arbitraries.integers().between(0, StressAction.LIVES - 1),
                        Arbitraries.of(StressAction.STRIKES))
                .as(StressAction::new);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(Supply.class),
                        action.list().ofMaxSize(length).list().ofMinSize(1).ofMaxSize(threads))
                .as(StressProgram::new);
    }

    private static void requireNoViolation(StressProgram stressProgram) {
        for (int i = 0; i < MORE; i++) {
            assertThat(StressRun.run(stressProgram, SeededManagerBug.NONE).violations())
                    .isEmpty();
        }
    }

    @Property(tries = 25)
    void p1_p2_p3_p4_p5_p8_oneThread(@ForAll("oneThread") StressProgram stressProgram) {
        requireNoViolation(stressProgram);
    }

    @Property(tries = 25)
    void p1_p2_p3_p4_p5_p7_p8_fewThreads(@ForAll("fewThreads") StressProgram stressProgram) {
        requireNoViolation(stressProgram);
    }

    @Property(tries = 12)
    void p1_p2_p3_p4_p5_p7_p8_manyThreads(@ForAll("manyThreads") StressProgram stressProgram) {
        requireNoViolation(stressProgram);
    }

    /**
     * Whether the check refuses the program. Its verbs end the same way on any machine but for an ADD that misses its
     * deadline, and a program that passes for that reason runs again.
     */
    private static boolean fails(StressProgram stressProgram, Supplier<SeededManagerBug> newBug) {
        StressRun.Outcome outcome = StressRun.run(stressProgram, newBug.get());
        for (int runs = 1; runs < 3 && outcome.counts().containsKey("ADD DeadlineExceededException"); runs++) {
            outcome = StressRun.run(stressProgram, newBug.get());
        }
        return !outcome.violations().isEmpty();
    }

    /** What is left of the first program by chance that the check refuses. */
    private static String shrunk(Supplier<SeededManagerBug> newBug) {
        Predicate<StressProgram> fails = stressProgram -> fails(stressProgram, newBug);
        Random random = new Random(1);
        RandomGenerator<StressProgram> programs = programs(1, 12, UNTIMED).generator(1_000);
        return Stream.generate(() -> programs.next(random).value())
                .limit(1_000)
                .filter(fails)
                .findFirst()
                .orElseThrow()
                .shrunk(fails)
                .threads()
                .toString();
    }

    @Example
    void p4_theCheckCatchesADelThatForgetsTheContainerAndShrinksItsProgram() {
        assertThat(shrunk(SeededManagerBugs.DelForgetsTheContainer::new))
                .matches("\\[\\[(\\w*ADD)\\((\\d)\\.(\\d)\\), DEL\\(\\2\\.(?!\\3).\\)]]");
    }
}
