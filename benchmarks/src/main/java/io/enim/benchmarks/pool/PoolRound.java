// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pool;

import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.benchmarks.jmh.ScratchDirectory;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The pool's rounds for an ENI that an endpoint gives back, by the number of ENIs: from its release, over the timer of its
 * cooldown, to the check of its device on another thread. The floor is a timer of a millisecond, the shortest that the pool
 * sets, and two threads that pass that on and do nothing.
 */
@State(Scope.Benchmark)
public class PoolRound extends MicroBenchmark {
    @Param({"10", "100", "1000", "4000"})
    private int enis;

    private final RoundCount rounds = new RoundCount();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService checks = Executors.newSingleThreadExecutor();
    private @Nullable ScratchDirectory scratch;
    private @Nullable PoolNode node;

    @Setup
    public void start() throws IOException {
        scratch = ScratchDirectory.create();
        node = new PoolNode(scratch.path(), enis, 0);
    }

    @Benchmark
    public void round() throws InterruptedException {
        requireNonNull(node).recycle();
    }

    @Benchmark
    public long roundFloor() throws InterruptedException {
        long before = rounds.now();
        thread.schedule(() -> checks.execute(rounds::ended), 1, TimeUnit.MILLISECONDS);
        return rounds.awaitAfter(before);
    }

    @TearDown
    public void end() throws IOException {
        thread.shutdown();
        checks.shutdown();
        requireNonNull(node).close();
        requireNonNull(scratch).close();
    }
}
