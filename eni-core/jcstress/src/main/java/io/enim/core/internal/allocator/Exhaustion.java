package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
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
    public void releaseAndAllocate(ZZ_Result result) {
        allocator.release(first, ReleaseTo.FREE);
        result.r1 = allocator.allocate(ONE).isPresent();
    }

    @Actor
    public void allocate(ZZ_Result result) {
        result.r2 = allocator.allocate(OTHER).isPresent();
    }
}
