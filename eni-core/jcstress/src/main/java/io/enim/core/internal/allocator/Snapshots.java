package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import java.util.stream.Stream;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A snapshot is of one instant. Two ENIs, one held; a thread allocates the other and then releases the first, so at every
 * instant one or two are held. Read one after the other, none could seem to be held.
 */
public final class Snapshots {
    private static final Integer ONE = 1;
    private static final Integer OTHER = 2;

    private Snapshots() {}

    /** The objects of both tests. */
    static final class Fixture {
        private final EniAllocator<Integer, Integer> allocator = new EniAllocator<>();
        private final Lease<Integer, Integer> first;

        Fixture() {
            allocator.add(1);
            first = allocator.allocate(ONE).orElseThrow();
            allocator.add(2);
        }

        void allocateOneAndReleaseOne() {
            allocator.allocate(OTHER);
            allocator.release(first, ReleaseTo.FREE);
        }

        int heldInSnapshot() {
            return held(allocator.snapshot().stream());
        }

        /** A bug: each ENI is read once. */
        int heldInSingleReads() {
            return held(Stream.of(1, 2).flatMap(eni -> allocator.status(eni).stream()));
        }

        private static int held(Stream<EniAllocator.Status<Integer, Integer>> states) {
            return Math.toIntExact(states.filter(status -> status.state() == EniAllocator.State.HELD)
                    .count());
        }
    }

    /** The allocator as it is. */
    @JCStressTest
    @Outcome(
            id = {"1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "an instant before, between or after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no instant was like that")
    @State
    public static class OfAChange {
        private final Fixture fixture = new Fixture();

        @Actor
        public void change() {
            fixture.allocateOneAndReleaseOne();
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = fixture.heldInSnapshot();
        }
    }

    /** A bug, to show that it is caught: not to be run with the others. */
    @JCStressTest
    @Outcome(
            id = {"1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "an instant before, between or after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no instant was like that")
    @State
    public static class FlawedOfAChange {
        private final Fixture fixture = new Fixture();

        @Actor
        public void change() {
            fixture.allocateOneAndReleaseOne();
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = fixture.heldInSingleReads();
        }
    }
}
