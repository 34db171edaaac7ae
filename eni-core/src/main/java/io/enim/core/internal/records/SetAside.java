// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where files that cannot be read are kept for inspection.
 *
 * @param counter makes names that differ
 */
record SetAside(Disk disk, Path directory, AtomicLong counter) {
    /** Moves a file here; returns a note of the reason and where it is now. */
    String move(Path file, String reason) {
        try {
            disk.createDirectory(directory);
            Path target = freeName(file);
            disk.rename(file, target);
            return PrintableText.message(
                    file.getFileName() + ": " + reason + "; moved to " + target + " for inspection");
        } catch (IOException e) {
            return PrintableText.message(file.getFileName() + ": " + reason + "; it could not be moved to " + directory
                    + " (" + e + ") and is not used");
        }
    }

    /** Gives a file a second name here. */
    Path link(Path file) throws IOException {
        disk.createDirectory(directory);
        Path target = freeName(file);
        disk.link(file, target);
        return target;
    }

    /** A move replaces an existing file; the lock of the directory keeps other processes from using the name meanwhile. */
    private Path freeName(Path file) {
        Path target = directory.resolve(file.getFileName() + "." + counter.incrementAndGet());
        return disk.exists(target) ? freeName(file) : target;
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
