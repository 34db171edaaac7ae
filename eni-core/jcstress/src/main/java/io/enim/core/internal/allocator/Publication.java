package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The holder of an ENI sees all writes before its addition, and all writes of its previous holder. */
public final class Publication {
    private Publication() {}

    /** An ENI with a field that nothing but the allocator publishes. */
    static final class Plain {
        int written;
    }

    private static int seen(EniAllocator<Integer, Plain> allocator) {
        return allocator.allocate(1).map(lease -> lease.eni().written).orElse(-1);
    }

    /** A thread adds an ENI while another allocates. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "it was not added yet")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "its initialization is visible")
    @Outcome(expect = Expect.FORBIDDEN, desc = "its initialization is not visible")
    @State
    public static class OfAnAddedEni {
        private final EniAllocator<Integer, Plain> allocator = EniAllocator.compact(8);

        @Actor
        public void add() {
            Plain eni = new Plain();
            eni.written = 1;
            allocator.add(eni);
        }

        @Actor
        public void allocate(I_Result result) {
            result.r1 = seen(allocator);
        }
    }

    /** A thread writes to the ENI that it holds and releases it while another allocates. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "it was not free yet")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "the write of the previous holder is visible")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the write of the previous holder is not visible")
    @State
    public static class OfAReleasedEni {
        private final EniAllocator<Integer, Plain> allocator = EniAllocator.compact(8);
        private final Plain eni = new Plain();
        private final Lease<Integer, Plain> first;

        public OfAReleasedEni() {
            eni.written = 1;
            allocator.add(eni);
            first = allocator.allocate(0).orElseThrow();
        }

        @Actor
        public void release() {
            eni.written = 2;
            allocator.release(first, ReleaseTo.FREE);
        }

        @Actor
        public void allocate(I_Result result) {
            result.r1 = seen(allocator);
        }
    }
}
