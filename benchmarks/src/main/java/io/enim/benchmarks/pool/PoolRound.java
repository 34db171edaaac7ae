// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

import static java.util.Objects.requireNonNull;

import io.enim.EniMetrics;
import io.enim.EniState;
import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.benchmarks.jmh.ScratchDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A round of the pool that finds nothing to do, by the number of its ENIs: asked for, run on the pool's thread, told by the
 * listener of metrics on its own. The floor is two threads that pass that on in the same way, and do nothing.
 */
@State(Scope.Benchmark)
public class PoolRound extends MicroBenchmark {
    @Param({"10", "100", "1000", "4000"})
    private int enis;

    private final RoundCount rounds = new RoundCount();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ExecutorService listener = Executors.newSingleThreadExecutor();
    private @Nullable ScratchDirectory scratch;
    private @Nullable PoolNode node;

    @Setup
    public void start() throws IOException {
        scratch = ScratchDirectory.create();
        node = new PoolNode(scratch.path(), enis, 0, new EniMetrics() {
            @Override
            public void enis(Map<EniState, Integer> counts) {
                rounds.ended();
            }
        });
    }

    @Benchmark
    public long round() throws InterruptedException {
        long before = rounds.now();
        requireNonNull(node).askForRound();
        return rounds.awaitAfter(before);
    }

    @Benchmark
    public long roundFloor() throws InterruptedException {
        long before = rounds.now();
        thread.execute(() -> listener.execute(rounds::ended));
        return rounds.awaitAfter(before);
    }

    @TearDown
    public void end() throws IOException {
        thread.shutdown();
        listener.shutdown();
        requireNonNull(node).close();
        requireNonNull(scratch).close();
    }
}
