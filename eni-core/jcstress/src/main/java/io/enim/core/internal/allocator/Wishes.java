package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.EniAllocator.Granted;
import io.enim.core.internal.allocator.EniAllocator.Status;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** An ENI that is wished by its id goes to one key, and the refusal tells which. */
public final class Wishes {
    private Wishes() {}

    /** The key that has the ENI, as an answer says; -1 when it says that no key has it. */
    private static int holder(Granted<Integer, Integer> granted) {
        return granted.lease()
                .or(() -> granted.instead().flatMap(Status::lease))
                .map(Lease::key)
                .orElse(-1);
    }

    /** Two keys wish the same free ENI. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it, and both say which")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or neither, or the refusal is untrue")
    @State
    public static class OfOneEni {
        private final EniAllocator<Integer, Integer> allocator = EniAllocator.compact(8);

        public OfOneEni() {
            allocator.add(1);
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = holder(allocator.allocate(1, 1, key -> false));
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = holder(allocator.allocate(2, 1, key -> false));
        }
    }

    /** A key takes its ENI back from the cooldown, while another thread ends the cooldown and allocates. */
    @JCStressTest
    @Outcome(
            id = {"true, false, true", "false, true, false"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or neither")
    @State
    public static class FromACooldown {
        private final EniAllocator<Integer, Integer> allocator = EniAllocator.compact(8);

        public FromACooldown() {
            allocator.add(1);
            allocator.release(allocator.allocate(1).orElseThrow(), EniAllocator.ReleaseTo.COOLDOWN);
        }

        @Actor
        public void takeBack(ZZZ_Result result) {
            result.r1 = allocator.allocate(1, 1, key -> key == 1).lease().isPresent();
        }

        @Actor
        public void reuseAndAllocate(ZZZ_Result result) {
            allocator.reuse(1);
            result.r2 = allocator.allocate(2).isPresent();
        }

        @Arbiter
        public void read(ZZZ_Result result) {
            result.r3 = allocator.lease(1).isPresent();
        }
    }
}
