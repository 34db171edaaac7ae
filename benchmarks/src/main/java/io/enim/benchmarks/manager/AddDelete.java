// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.manager;

import static java.util.Objects.requireNonNull;

import io.enim.benchmarks.gc.GcNode;
import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.benchmarks.jmh.ScratchDirectory;
import io.enim.benchmarks.ledger.PlainFiles;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An ADD and its DEL through a whole manager. The floor is what must be on the disk for it to survive the process: that it
 * began, that it is done, that its DEL began, that it is over.
 */
@State(Scope.Benchmark)
public class AddDelete extends MicroBenchmark {
    @Param("250")
    private int enis;

    private @Nullable ScratchDirectory scratch;
    private @Nullable GcNode node;
    private @Nullable PlainFiles files;
    private int turn;

    @Setup
    public void start() throws IOException, InterruptedException {
        scratch = ScratchDirectory.create();
        node = new GcNode(scratch.path().resolve("node"), enis, Optional.empty());
        files = new PlainFiles(scratch.path().resolve("floor"));
    }

    /** In the order of the sandboxes, so that an ENI that was given back is checked before its turn comes. */
    @Benchmark
    public void addAndDelete() {
        turn = (turn + 1) % enis;
        requireNonNull(node).assign(turn);
        requireNonNull(node).end(turn);
    }

    @Benchmark
    public void addAndDeleteFloor() throws IOException {
        PlainFiles records = requireNonNull(files);
        records.write("record");
        records.write("record");
        records.write("record");
        records.delete("record");
    }

    @TearDown
    public void end() throws IOException {
        requireNonNull(node).close();
        requireNonNull(scratch).close();
    }
}
