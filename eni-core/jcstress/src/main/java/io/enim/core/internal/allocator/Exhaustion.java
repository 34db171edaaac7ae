package io.enim.core.internal.allocator;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * An allocation fails only if no ENI is free. Two ENIs, one held; a thread releases that one and then allocates one, so at
 * every instant one or two are free. A free ENI may change stacks while another thread reads them.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both got one")
@Outcome(expect = Expect.FORBIDDEN, desc = "one allocation failed")
@State
public class Exhaustion extends HeldEni {
    public Exhaustion() {
        allocator.add(2);
    }

    @Actor
    public void releaseAndAllocate(ZZ_Result result) {
        release();
        result.r1 = allocate(1);
    }

    @Actor
    public void allocate(ZZ_Result result) {
        result.r2 = allocate(2);
    }
}
