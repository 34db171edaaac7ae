package io.enim.core.internal.allocator;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A lease ends once, and a stale release ends no other lease. */
public final class Epochs {
    private Epochs() {}

    /** Two threads release the same lease. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "one of them ended it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it ended twice, or never")
    @State
    public static class OfOneLease extends HeldEni {
        @Actor
        public void one(ZZ_Result result) {
            result.r1 = release();
        }

        @Actor
        public void other(ZZ_Result result) {
            result.r2 = release();
        }
    }

    /** A thread releases its lease twice, the second time too late, while another allocates. */
    @JCStressTest
    @Outcome(
            id = {"false, true, true", "false, false, false"},
            expect = Expect.ACCEPTABLE,
            desc = "the new holder keeps the ENI; the late release changed nothing")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the late release took the ENI from its next holder")
    @State
    public static class AgainstAStaleRelease extends HeldEni {
        @Actor
        public void releaseTwice(ZZZ_Result result) {
            release();
            result.r1 = release();
        }

        @Actor
        public void allocate(ZZZ_Result result) {
            result.r2 = allocate(1);
        }

        @Arbiter
        public void read(ZZZ_Result result) {
            result.r3 = allocator.lease(1).isPresent();
        }
    }
}
