package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * "None is free" is said only if it is so. Two ENIs, one held; a thread gives that one back and then takes one, so at every
 * moment one or two are free. The one that is free may have changed stacks while another thread goes through them.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both got one")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was told that none is free")
@State
public class Exhaustion {
    private static final Integer FIRST = 1;
    private static final Integer ONE = 2;
    private static final Integer OTHER = 3;

    private final EniAllocator<Integer, Integer> allocator = new EniAllocator<>();
    private final Lease<Integer, Integer> first;

    public Exhaustion() {
        allocator.add(1);
        first = allocator.allocate(FIRST).orElseThrow();
        allocator.add(2);
    }

    @Actor
    public void giveBackAndTake(ZZ_Result result) {
        allocator.release(first, ReleaseTo.FREE);
        result.r1 = allocator.allocate(ONE).isPresent();
    }

    @Actor
    public void take(ZZ_Result result) {
        result.r2 = allocator.allocate(OTHER).isPresent();
    }
}
