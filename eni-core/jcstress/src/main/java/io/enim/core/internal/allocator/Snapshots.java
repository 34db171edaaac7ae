package io.enim.core.internal.allocator;

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
    private Snapshots() {}

    /** What both tests do and expect. */
    @Outcome(
            id = {"1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "an instant before, between or after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no instant was like that")
    abstract static class Changing extends HeldEni {
        Changing() {
            allocator.add(2);
        }

        final void allocateOneAndReleaseOne() {
            allocate(1);
            release();
        }

        static int held(Stream<EniAllocator.Status<Integer, Integer>> states) {
            return (int) states.filter(status -> status.state() == EniAllocator.State.HELD)
                    .count();
        }
    }

    /** The allocator as it is. */
    @JCStressTest
    @State
    public static class OfAChange extends Changing {
        @Actor
        public void change() {
            allocateOneAndReleaseOne();
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = held(allocator.snapshot().stream());
        }
    }

    /** A bug, to show that it is caught: each ENI is read once, the free one first. Not to be run with the others. */
    @JCStressTest
    @State
    public static class FlawedOfAChange extends Changing {
        @Actor
        public void change() {
            allocateOneAndReleaseOne();
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = held(Stream.of(2, 1).flatMap(eni -> allocator.status(eni).stream()));
        }
    }
}
