package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Strike;
import io.enim.core.stress.StressAction.Verb;
import io.enim.core.stress.StressProgram.Supply;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every call of one operation goes wrong in one way while pods come and go: a few on every build, all with
 * {@code -Denim.long=true}, or from number {@code -Denim.seams.from=N} on.
 */
@Tag("slow")
class EverySeamTest {
    private static final int STEP = Boolean.getBoolean("enim.long") ? 1 : 37;
    private static final Set<Place> WITH_A_LIMIT = Set.of(Place.CLOUD, Place.PROVIDER);
    private static final List<Verb> SCRIPT = List.of(
            Verb.ADD,
            Verb.CHECK,
            Verb.TENANT_CHANGES,
            Verb.ADD,
            Verb.GC,
            Verb.DEL,
            Verb.ASSIGN,
            Verb.ENI_DETACHED,
            Verb.GC_BY_LIST,
            Verb.ADD,
            Verb.ENIS_ATTACHED,
            Verb.NAMESPACE_DIES,
            Verb.GC,
            Verb.DEL);

    static Stream<Strike> strikes() {
        List<Strike> all = StressAction.STRIKES;
        return IntStream.range(Integer.getInteger("enim.seams.from", 0), all.size())
                .filter(number -> number % STEP == 0)
                .mapToObj(all::get);
    }

    @Test
    void p15_p19_whereThreadsCannotBeStartedEveryPlaceIsBackAfterwards() {
        List<Consumer<NodeRuntime>> threads = IntStream.range(0, 4)
                .<Consumer<NodeRuntime>>mapToObj(pod -> runtime -> {
                    runtime.act(StressAction.noThreads());
                    SCRIPT.forEach(verb -> runtime.act(StressAction.of(verb, pod)));
                })
                .toList();
        assertThat(StressRun.run(2, Supply.FIXED, 4, SeededManagerBug.NONE, threads)
                        .violations())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("strikes")
    void p8_p15_p17_aSeamThatAlwaysGoesWrongIsNamedAndEverythingIsBackAfterwards(Strike strike) {
        List<Consumer<NodeRuntime>> threads = List.of(
                runtime -> {
                    runtime.begins(strike);
                    SCRIPT.forEach(verb -> runtime.act(StressAction.of(verb, 0)));
                    runtime.requireHangsAreNamed();
                    if (WITH_A_LIMIT.contains(strike.place())) {
                        runtime.requireHangsEnd();
                    }
                },
                runtime -> SCRIPT.forEach(verb -> runtime.act(StressAction.of(verb, 1))));
        assertThat(StressRun.run(2, Supply.FIXED, 2, SeededManagerBug.NONE, threads)
                        .violations())
                .isEmpty();
    }
}
