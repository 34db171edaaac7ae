// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A new directory for records, in memory as {@code /run} is, where this machine has such a place; deleted when closed. */
public record ScratchDirectory(Path path) implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");

    public static ScratchDirectory create() throws IOException {
        return new ScratchDirectory(
                Files.isWritable(MEMORY)
                        ? Files.createTempDirectory(MEMORY, "enim-jmh")
                        : Files.createTempDirectory("enim-jmh"));
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(path)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
