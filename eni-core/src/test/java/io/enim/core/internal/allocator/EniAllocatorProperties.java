package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.allocator.AllocatorCall.Verb;
import io.enim.testing.CallRecorder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Programs of 1 to 16 threads. A failure is shrunk to a short program, and jqwik prints the seed, which
 * {@code @Property(seed = "…")} replays. The timing of the threads is not part of the seed, so each program runs often.
 */
class EniAllocatorProperties {
    private static final int TIMES = Boolean.getBoolean("enim.long") ? 200 : 5;

    private static final CallRecorder RECORDER = new CallRecorder();

    @AfterContainer
    static void close() {
        RECORDER.close();
    }

    @Provide
    Arbitrary<AllocatorProgram> oneThread() {
        return programs(1, 60);
    }

    @Provide
    Arbitrary<AllocatorProgram> fewThreads() {
        return programs(4, 6);
    }

    @Provide
    Arbitrary<AllocatorProgram> manyThreads() {
        return programs(16, 3);
    }

    private static Arbitrary<AllocatorProgram> programs(int threads, int length) {
        Arbitrary<AllocatorCall> call = Combinators.combine(
                        Arbitraries.frequency(Arrays.stream(Verb.values())
                                .map(verb -> Tuple.of(weight(verb), verb))
                                .toList()),
                        Arbitraries.integers().between(0, AllocatorProgram.KEYS - 1),
                        Arbitraries.integers().between(0, AllocatorProgram.KEYS - 1))
                .as(AllocatorCall::new);
        return Combinators.combine(
                        Arbitraries.integers().between(0, AllocatorProgram.ENIS - 1),
                        call.list().ofMaxSize(length).list().ofMinSize(1).ofMaxSize(threads))
                .as(AllocatorProgram::new);
    }

    private static int weight(Verb verb) {
        return switch (verb) {
            case ALLOCATE -> 8;
            case RELEASE -> 5;
            case ALLOCATE_ENI -> 3;
            default -> 1;
        };
    }

    @Property(tries = 2_000)
    void p1_p3_oneThreadSeesTheModel(@ForAll("oneThread") AllocatorProgram program) {
        assertThat(program.violation(RECORDER, AllocatorDriver::new, 1)).isEmpty();
    }

    @Property(tries = 1_000)
    void i1_i2_i3_i5_fewThreadsSeeTheModelInSomeOrder(@ForAll("fewThreads") AllocatorProgram program) {
        assertThat(program.violation(RECORDER, AllocatorDriver::new, TIMES)).isEmpty();
    }

    @Property(tries = 500)
    void i1_i2_i3_i5_manyThreadsSeeTheModelInSomeOrder(@ForAll("manyThreads") AllocatorProgram program) {
        assertThat(program.violation(RECORDER, AllocatorDriver::new, TIMES)).isEmpty();
    }

    @Example
    void theCheckCatchesExhaustionWhileAnEniIsHidden() {
        Random random = new Random(1);
        RandomGenerator<AllocatorProgram> programs = fewThreads().generator(1_000);
        assertThat(Stream.generate(() -> programs.next(random).value())
                        .limit(6_000)
                        .anyMatch(program -> program.violation(RECORDER, FlawedAllocators.HidesAnEni::new, 1)
                                .isPresent()))
                .isTrue();
    }

    @Example
    void theCheckCatchesARefusalOfAnEarlierState() {
        Random random = new Random(1);
        RandomGenerator<AllocatorProgram> programs = fewThreads().generator(1_000);
        assertThat(Stream.generate(() -> programs.next(random).value())
                        .limit(6_000)
                        .anyMatch(program -> program.violation(RECORDER, FlawedAllocators.TellsAnEarlierState::new, 1)
                                .isPresent()))
                .isTrue();
    }

    @Example
    void theCheckCatchesAReleaseWithoutEpochAndShrinksItsProgram() {
        Predicate<AllocatorProgram> fails =
                program -> program.violation(RECORDER, FlawedAllocators.ForgetsTheEpoch::new, 1)
                        .isPresent();
        Random random = new Random(1);
        RandomGenerator<AllocatorProgram> programs = oneThread().generator(1_000);
        AllocatorProgram failing = Stream.generate(() -> programs.next(random).value())
                .limit(10_000)
                .filter(fails)
                .findFirst()
                .orElseThrow();
        // allocate, release, allocate again; then release the first lease.
        assertThat(failing.shrunk(fails).length()).isEqualTo(4);
    }
}
