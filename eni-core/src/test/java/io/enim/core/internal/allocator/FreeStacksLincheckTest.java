package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.internal.allocator.Period.Off;
import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Lincheck on the free stacks alone: three threads, two stacks, and each call says which of them is its own. */
class FreeStacksLincheckTest {
    private static final boolean LONG = Boolean.getBoolean("enim.long");

    /** Pushes and pops free periods, as the allocator does. */
    @Param(name = "stack", gen = IntGen.class, conf = "0:1")
    public abstract static class Scenario {
        private final ThreadLocal<Integer> own = ThreadLocal.withInitial(() -> 0);
        private final Slot<Integer, Integer> slot = new Slot<>(0, null);
        private final FreeStacks<Integer, Integer> stacks = new FreeStacks<>(2, own::get);

        @Operation
        public void put(@Param(name = "stack") int stack) {
            own.set(stack);
            own(stack).push(new Period<>(slot, null, null));
        }

        /** Whether there was one. */
        @Operation
        public boolean take(@Param(name = "stack") int stack) {
            own.set(stack);
            return takeFrom(own(stack));
        }

        FreeStacks<Integer, Integer> own(int stack) {
            return stacks;
        }

        final boolean takeFrom(FreeStacks<Integer, Integer> from) {
            for (Period<Integer, Integer> first = from.first(); first != null; first = from.first()) {
                if (first.compareAndSet(null, Off.RETIRED)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The stacks as they are. */
    public static final class Sound extends Scenario {}

    /** Takes all stacks for empty at once when each was found empty at some time. */
    public static final class ReadsEachStackOnce extends Scenario {
        private final List<FreeStacks<Integer, Integer>> each =
                List.of(new FreeStacks<>(1, () -> 0), new FreeStacks<>(1, () -> 0));

        @Override
        FreeStacks<Integer, Integer> own(int stack) {
            return each.get(stack);
        }

        @Override
        @Operation
        public boolean take(@Param(name = "stack") int stack) {
            return super.take(stack) || takeFrom(own(1 - stack));
        }
    }

    /** The sequential specification: a counter. */
    public static final class Model {
        private int free;

        public void put(int stack) {
            free++;
        }

        public boolean take(int stack) {
            if (free == 0) {
                return false;
            }
            free--;
            return true;
        }
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .checkObstructionFreedom(true)
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(2);
    }

    @Test
    void i5_modelChecking() {
        modelChecking()
                .iterations(LONG ? 300 : 4)
                .invocationsPerIteration(LONG ? 500 : 200)
                .check(Sound.class);
    }

    @Test
    void i5_stress() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(LONG ? 200 : 3)
                .invocationsPerIteration(500)
                .check(Sound.class);
    }

    @Test
    void modelCheckingCatchesThatEachStackIsReadOnce() {
        assertThatThrownBy(() -> modelChecking()
                        .minimizeFailedScenario(false)
                        .iterations(100)
                        .invocationsPerIteration(2_000)
                        .check(ReadsEachStackOnce.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }
}
