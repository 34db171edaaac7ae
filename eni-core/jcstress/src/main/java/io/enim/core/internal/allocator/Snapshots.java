package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A snapshot shows one moment. Two ENIs, one held; a thread takes the other and then gives the first back, so at every
 * moment one or two are held. Looked at one after the other, none could seem to be.
 */
public final class Snapshots {
    private static final Integer ONE = 1;
    private static final Integer OTHER = 2;

    private Snapshots() {}

    /** The stage of both tests. */
    static final class Stage {
        private final EniAllocator<Integer, Integer> allocator;
        private final Lease<Integer, Integer> first;

        Stage(EniAllocator<Integer, Integer> allocator) {
            this.allocator = allocator;
            allocator.add(1);
            first = allocator.allocate(ONE).orElseThrow();
            allocator.add(2);
        }

        void takeOneAndGiveOneBack() {
            allocator.allocate(OTHER);
            allocator.release(first, ReleaseTo.FREE);
        }

        int held() {
            return Math.toIntExact(allocator.snapshot().stream()
                    .filter(status -> status.state() == EniAllocator.State.HELD)
                    .count());
        }
    }

    /** The allocator as it is. */
    @JCStressTest
    @Outcome(
            id = {"1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "a moment before, between or after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no moment was like that")
    @State
    public static class OfAChange {
        private final Stage stage = new Stage(new EniAllocator<>());

        @Actor
        public void change() {
            stage.takeOneAndGiveOneBack();
        }

        @Actor
        public void look(I_Result result) {
            result.r1 = stage.held();
        }
    }

    /** Takes one look at the ENIs for a snapshot. */
    private static final class LooksOnce extends EniAllocator<Integer, Integer> {
        @Override
        boolean agree(List<Reading<Integer, Integer>> one, List<Reading<Integer, Integer>> other) {
            return true;
        }
    }

    /** A bug, to see that it is caught: not to be run with the others. */
    @JCStressTest
    @Outcome(
            id = {"1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "a moment before, between or after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no moment was like that")
    @State
    public static class FlawedOfAChange {
        private final Stage stage = new Stage(new LooksOnce());

        @Actor
        public void change() {
            stage.takeOneAndGiveOneBack();
        }

        @Actor
        public void look(I_Result result) {
            result.r1 = stage.held();
        }
    }
}
