package io.enim.core.stress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.check.ModelVerifier;
import io.enim.core.stress.ManagerCall.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lincheck on a whole manager, in stress mode. Model checking must own every thread, and a manager's operations run on
 * workers of its executor, which Lincheck does not own; the allocator in it is model checked by itself. Only with
 * {@code -P long}: {@link ManagerHistoryTest} checks histories against the same model on every build.
 */
@Tag("long")
class ManagerLincheckTest {
    private static final int ITERATIONS = 300;

    private static FaultFreeNode node;

    /** A manager's calls as Lincheck makes them: three lives of one pod, two ENIs. The node is kept and reset. */
    @Param(name = "life", gen = IntGen.class, conf = "0:2")
    public static final class Scenario {
        public Scenario() {
            node.reset();
        }

        @Operation
        public String add(@Param(name = "life") int life) {
            return node.call(new ManagerCall(Verb.ADD, life));
        }

        @Operation
        public String require(@Param(name = "life") int life) {
            return node.call(new ManagerCall(Verb.REQUIRE, life));
        }

        @Operation
        public String del(@Param(name = "life") int life) {
            return node.call(new ManagerCall(Verb.DEL, life));
        }

        @Operation
        public String check(@Param(name = "life") int life) {
            return node.call(new ManagerCall(Verb.CHECK, life));
        }
    }

    public static final class ManagerVerifier
            extends ModelVerifier<Set<Map<Integer, ManagerModel.Hold>>, ManagerCall, String> {
        public ManagerVerifier(Class<?> specification) {
            super(new ManagerModel(FaultFreeNode.ENIS));
        }

        @Override
        protected ManagerCall operation(String method, List<Object> arguments) {
            return new ManagerCall(Verb.valueOf(method.toUpperCase(Locale.ROOT)), (Integer) arguments.get(0));
        }

        @Override
        protected String answer(Object value) {
            return (String) value;
        }
    }

    private static void check(SeededManagerBug seededManagerBug) {
        node = new FaultFreeNode(seededManagerBug);
        try {
            new StressOptions()
                    .verifier(ManagerVerifier.class)
                    .threads(3)
                    .actorsBefore(1)
                    .actorsPerThread(3)
                    .actorsAfter(3)
                    .iterations(ITERATIONS)
                    .invocationsPerIteration(40)
                    .minimizeFailedScenario(false)
                    .check(Scenario.class);
        } finally {
            node.close();
        }
    }

    @Test
    void p1_p3_p4_p7_stress() {
        check(SeededManagerBug.NONE);
    }

    @Test
    void p4_stressCatchesADelThatForgetsTheContainer() {
        assertThatThrownBy(() -> check(new SeededManagerBugs.DelForgetsTheContainer()))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }
}
