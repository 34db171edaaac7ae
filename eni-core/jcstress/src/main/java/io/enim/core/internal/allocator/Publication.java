package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whoever gets an ENI sees all that was written before it was added, and all that its holder before wrote. */
public final class Publication {
    private static final int NOBODY = 0;

    private Publication() {}

    /** An ENI with a field that nothing but the allocator publishes. */
    static final class Plain {
        int written;
    }

    private static int seen(EniAllocator<Integer, Plain> allocator, int key) {
        return allocator.allocate(key).map(lease -> lease.eni().written).orElse(-1);
    }

    /** One adds an ENI while another allocates. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "it was not there yet")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it is seen as it was added")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is seen half made")
    @State
    public static class OfAnAddedEni {
        private final EniAllocator<Integer, Plain> allocator = new EniAllocator<>();

        @Actor
        public void add() {
            Plain eni = new Plain();
            eni.written = 1;
            allocator.add(eni);
        }

        @Actor
        public void allocate(I_Result result) {
            result.r1 = seen(allocator, 1);
        }
    }

    /** One writes to what it holds and releases it while another allocates. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "it was not free yet")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "what the holder before wrote is seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the holder before was still at it")
    @State
    public static class OfAReleasedEni {
        private final EniAllocator<Integer, Plain> allocator = new EniAllocator<>();
        private final Plain eni = new Plain();
        private final Lease<Integer, Plain> first;

        public OfAReleasedEni() {
            eni.written = 1;
            allocator.add(eni);
            first = allocator.allocate(NOBODY).orElseThrow();
        }

        @Actor
        public void release() {
            eni.written = 2;
            allocator.release(first, ReleaseTo.FREE);
        }

        @Actor
        public void allocate(I_Result result) {
            result.r1 = seen(allocator, 1);
        }
    }
}
