// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import static java.util.Objects.requireNonNull;

import io.enim.GcReport;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.benchmarks.jmh.ScratchDirectory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A collection without findings, by the number of assignments, beside {@link CollectionFloor}. */
@State(Scope.Benchmark)
public class CollectionRound extends MicroBenchmark {
    /** What the sandboxes of a node are. */
    public enum Sandboxes {
        /** Files, which are examined one by one. */
        FILES,
        /** Mounted namespaces, as runtimes make them; in a mount namespace of its own. */
        MOUNTED
    }

    @Param({"10", "100", "1000"})
    private int assignments;

    @Param("FILES")
    private Sandboxes sandboxes = Sandboxes.FILES;

    private @Nullable ScratchDirectory scratch;
    private @Nullable GcNode node;
    private @Nullable CollectionFloor floor;

    @Setup
    public void assignAll() throws IOException, InterruptedException {
        scratch = ScratchDirectory.create();
        node = new GcNode(scratch.path().resolve("node"), assignments, binder(scratch.path()));
        node.assignAll();
        floor = node.floor();
    }

    private Optional<Path> binder(Path directory) throws IOException, InterruptedException {
        if (sandboxes == Sandboxes.FILES) {
            return Optional.empty();
        }
        String remedy = "start JMH with: unshare --user --map-root-user --mount java -jar …";
        if (isOfTheMachine()) {
            throw new IllegalStateException("sandboxes=MOUNTED mounts namespaces for all programs to see; " + remedy);
        }
        Optional<Path> binder = NativePrograms.program("bind.c", directory);
        if (binder.isEmpty()) {
            throw new IllegalStateException("sandboxes=MOUNTED needs cc; benchmarks/run --install installs it");
        }
        return binder;
    }

    private static boolean isOfTheMachine() throws IOException {
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
        try {
            return own.equals(Files.readSymbolicLink(Path.of("/proc/1/ns/mnt")));
        } catch (AccessDeniedException e) {
            return false; // Without rights over the first process there are none to mount where it is.
        }
    }

    @Benchmark
    public GcReport round() {
        return requireNonNull(node).manager().gc();
    }

    @Benchmark
    public int roundFloor() throws IOException {
        return requireNonNull(floor).check();
    }

    @TearDown
    public void end() throws IOException {
        requireNonNull(node).close();
        requireNonNull(scratch).close();
    }
}
