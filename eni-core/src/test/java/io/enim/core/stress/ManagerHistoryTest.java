package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.stress.ManagerCall.Verb;
import io.enim.testing.CallRecorder;
import io.enim.testing.HistoryEvent;
import io.enim.testing.Linearizability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeded programs of several threads on a calm node; their histories must have an order that the model allows. */
@Tag("slow")
class ManagerHistoryTest {
    private static final int ROUNDS = Boolean.getBoolean("enim.long") ? 10_000 : 300;
    private static final int THREADS = 6;
    private static final int LENGTH = 3;
    private static final List<Verb> VERBS = List.of(Verb.ADD, Verb.ADD, Verb.REQUIRE, Verb.DEL, Verb.DEL, Verb.CHECK);

    /** The first history without an order, by seed. */
    private static Optional<String> violation(SeededManagerBug seededManagerBug) {
        ManagerModel model = new ManagerModel(FaultFreeNode.ENIS);
        try (FaultFreeNode node = new FaultFreeNode(seededManagerBug);
                CallRecorder callRecorder = new CallRecorder()) {
            for (long seed = 0; seed < ROUNDS; seed++) {
                node.reset();
                List<HistoryEvent<ManagerCall, String>> history =
                        new ArrayList<>(callRecorder.run(programs(new Random(seed)), node::call));
                ManagerCall list = new ManagerCall(Verb.LIST, 0);
                history.add(new HistoryEvent<>(-1, Long.MAX_VALUE, Long.MAX_VALUE, list, node.call(list)));
                if (Linearizability.order(model, history).isEmpty()) {
                    return Optional.of("seed " + seed + ": " + history);
                }
            }
        }
        return Optional.empty();
    }

    private static List<List<ManagerCall>> programs(Random random) {
        Supplier<ManagerCall> call =
                () -> new ManagerCall(VERBS.get(random.nextInt(VERBS.size())), random.nextInt(FaultFreeNode.LIVES));
        return Stream.generate(() -> Stream.generate(call).limit(LENGTH).toList())
                .limit(THREADS)
                .toList();
    }

    @Test
    void p1_p3_p4_p7_everyHistoryHasASequentialOrder() {
        assertThat(violation(SeededManagerBug.NONE)).isEmpty();
    }

    @Test
    void p1_theCheckCatchesAnAddThatForgetsWhichEniItRequires() {
        assertThat(violation(new SeededManagerBugs.AddForgetsTheWish())).isPresent();
    }

    @Test
    void p4_theCheckCatchesADelThatForgetsTheContainer() {
        assertThat(violation(new SeededManagerBugs.DelForgetsTheContainer())).isPresent();
    }
}
