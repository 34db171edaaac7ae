// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** The floor of records: files of their size that are replaced by a rename, without names or contents that mean anything. */
public record PlainFiles(Path directory, byte[] content) {
    /** About the size of an assignment's record. */
    public PlainFiles(Path directory) throws IOException {
        this(Files.createDirectories(directory), new byte[700]);
    }

    public void write(String name) throws IOException {
        Path temporary = directory.resolve(name + ".tmp");
        Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    /** The bytes in all files. */
    public long read() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.readAllBytes(file).length;
            }
        }
        return bytes;
    }
}
