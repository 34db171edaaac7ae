// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import io.enim.Endpoint;
import io.enim.benchmarks.jmh.MicroBenchmark;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;

/** One operation is the allocator's share of an ADD and a DEL: allocates for an endpoint and releases again. Its peers are a parameter. */
@BenchmarkMode(Mode.Throughput)
@Threads(4)
public class AllocateRelease extends MicroBenchmark {
    /** How full the node is, and for which endpoints threads allocate. */
    public enum Load {
        /** Half of the ENIs are held; each thread has endpoints of its own. */
        HALF_FULL,
        /** As many ENIs are free as there are threads. */
        NEARLY_EXHAUSTED,
        /** Every ENI is held: the answer is that there is none. */
        EXHAUSTED,
        /** Half are held, and all threads allocate for the same endpoint. */
        ONE_ENDPOINT
    }

    /** The pool that all threads share. */
    @State(Scope.Benchmark)
    public static class SharedState {
        @Param
        private Peer peer = Peer.ENIM;

        @Param("1000")
        private int enis;

        @Param
        private Load load = Load.HALF_FULL;

        private final AtomicInteger threads = new AtomicInteger();
        private KeyedPool pool = peer.filled(List.of());

        /** Fills the pool and holds the share of it that the load says. */
        @Setup(Level.Trial)
        public void fill(BenchmarkParams params) {
            pool = peer.filled(
                    IntStream.range(0, enis).mapToObj(i -> "eni-" + i).toList());
            int held = switch (load) {
                case NEARLY_EXHAUSTED -> Math.max(0, enis - params.getThreads());
                case EXHAUSTED -> enis;
                case HALF_FULL, ONE_ENDPOINT -> enis / 2;
            };
            for (int i = 0; i < held; i++) {
                if (pool.allocate(Endpoint.of("held", "pod-" + i, "c" + i)) == null) {
                    throw new IllegalStateException(peer + " gave " + i + " of " + enis + " ENIs and then none");
                }
            }
        }

        @TearDown(Level.Trial)
        public void end() {
            pool.close();
        }
    }

    /** The endpoints of one thread, used one after the other. */
    @State(Scope.Thread)
    public static class ThreadState {
        private Endpoint[] endpoints = {};
        private int turn;

        /** Creates them, so that their cost is not measured. */
        @Setup(Level.Trial)
        public void name(SharedState sharedState) {
            boolean one = sharedState.load == Load.ONE_ENDPOINT;
            int thread = one ? 0 : sharedState.threads.getAndIncrement();
            endpoints = IntStream.range(0, one ? 1 : 256)
                    .mapToObj(i -> Endpoint.of("default", "pod-" + thread + "-" + i, "container-" + i))
                    .toArray(Endpoint[]::new);
        }

        Endpoint next() {
            turn = (turn + 1) % endpoints.length;
            return endpoints[turn];
        }
    }

    @Benchmark
    public @Nullable Object allocateAndRelease(SharedState sharedState, ThreadState threadState) {
        Endpoint endpoint = threadState.next();
        Object eni = sharedState.pool.allocate(endpoint);
        sharedState.pool.release(endpoint);
        return eni;
    }
}
