package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.core.internal.allocator.Claim.After;
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

    /** Pushes claims and then makes them free, and takes free ones, as the allocator does. */
    @Param(name = "stack", gen = IntGen.class, conf = "0:1")
    public abstract static class Scenario {
        private final ThreadLocal<Integer> own = ThreadLocal.withInitial(() -> 0);
        private final Claim<Integer, Integer> shared = pending();
        private final FreeStacks<Integer, Integer> stacks = new FreeStacks<>(2, 2, own::get);

        @Operation
        public boolean put(@Param(name = "stack") int stack) {
            return put(pending(), stack);
        }

        /** As {@link #put(int)}, but all calls push the same claim. */
        @Operation
        public boolean putShared(@Param(name = "stack") int stack) {
            return put(shared, stack);
        }

        /** Whether this call made it free. */
        private boolean put(Claim<Integer, Integer> claim, int stack) {
            own.set(stack);
            own(stack).push(claim);
            return claim.next(After.NEW, After.FREE);
        }

        private static Claim<Integer, Integer> pending() {
            return new Slot<Integer, Integer>(0, After.NEW).claim();
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
            for (Claim<Integer, Integer> first = from.first(); first != null; first = from.first()) {
                if (first.next(After.FREE, After.RETIRED)) {
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
                List.of(new FreeStacks<>(1, 2, () -> 0), new FreeStacks<>(1, 2, () -> 0));

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
        private boolean sharedWasPut;
        private int free;

        public boolean put(int stack) {
            free++;
            return true;
        }

        public boolean putShared(int stack) {
            boolean first = !sharedWasPut;
            sharedWasPut = true;
            return first && put(stack);
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
