package io.enim.core.internal.allocator;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * Two threads complete one claim, and the claim before it forgets it: a thread that sees that also sees that the claim was
 * granted. The ENI was read while it was held, so its slot refers to the claim that forgets.
 */
@JCStressTest
@Outcome(id = "true, true, true", expect = Expect.ACCEPTABLE, desc = "both got the lease")
@Outcome(id = "true, false, true", expect = Expect.ACCEPTABLE, desc = "the other asked before the release")
@Outcome(expect = Expect.FORBIDDEN, desc = "the lease was not granted, or lost")
@State
public class OneKey extends HeldEni {
    public OneKey() {
        allocator.status(1);
    }

    @Actor
    public void releaseAndAllocate(ZZZ_Result result) {
        release();
        result.r1 = allocate(1);
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
