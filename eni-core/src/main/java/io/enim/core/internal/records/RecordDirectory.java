// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.LedgerException;
import io.enim.core.internal.exec.FirstError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Changes the files of one directory, each change whole or not at all, and remembers why the last one failed. Safe for
 * concurrent use; each method blocks on the disk.
 */
final class RecordDirectory {
    private static final String REMOVE = "remove";
    /** As large as a record, which a full disk refuses. */
    private static final int TRIED_BYTES = 4096;

    private final Disk disk;
    private final Path path;
    private final AtomicLong counter;

    private volatile @Nullable Failure failure;

    /** What failed last, and of which file. */
    private record Failure(String operation, Path file, String message) {}

    /** @param counter makes names that differ, also from those of an earlier process */
    RecordDirectory(Disk disk, Path path, AtomicLong counter) {
        this.disk = disk;
        this.path = path;
        this.counter = counter;
    }

    /** Writes a file in place of one of this name, which is there until the rename. */
    void write(Path file, byte[] bytes, Durability lasting) {
        Path temporary = temporary();
        try {
            disk.write(temporary, bytes, lasting);
            disk.rename(temporary, file);
        } catch (IOException e) {
            LedgerException failed =
                    failed("write", file, "the previous record is still valid; is the disk full or read-only? ", e);
            removeTemporary(temporary, failed);
            throw failed;
        }
        changed(file, lasting);
    }

    /** Renames a file to one that is not there; this survives the process, and is not forced to the disk. */
    void rename(Path file, Path to) {
        try {
            disk.rename(file, to);
        } catch (IOException e) {
            throw failed(
                    "rename " + file.getFileName() + " to", to, "it may be done or not; is the disk read-only? ", e);
        }
        changed(to, Durability.PROCESS);
    }

    /**
     * Removes a file. Idempotent.
     *
     * @param rule what is true after an error
     */
    void remove(Path file, String rule, Durability lasting) {
        try {
            if (disk.delete(file) || isRemovalThatFailed(file)) {
                changed(file, lasting);
            }
        } catch (IOException e) {
            throw failed(REMOVE, file, rule + "; is the disk read-only? ", e);
        }
    }

    /** It may have taken effect: when it is repeated, the file is gone. */
    private boolean isRemovalThatFailed(Path file) {
        Failure last = failure;
        return last != null && last.operation().equals(REMOVE) && last.file().equals(file);
    }

    /** Gives a file a second name in another directory. */
    void keep(Path file, SetAside aside) {
        try {
            aside.link(file);
        } catch (IOException e) {
            throw failed("link into " + aside.directory(), file, "is the disk full or read-only? ", e);
        }
    }

    private void changed(Path file, Durability lasting) {
        if (lasting == Durability.MACHINE) {
            try {
                disk.sync(path);
            } catch (IOException e) {
                throw failed(
                        "force to disk the directory of",
                        file,
                        "the change is valid unless the machine crashes now; is the disk failing? ",
                        e);
            }
        }
        failure = null;
    }

    private LedgerException failed(String operation, Path file, String rule, IOException cause) {
        LedgerException failed = new LedgerException(operation, file, rule + cause, cause);
        failure = new Failure(operation, file, String.valueOf(failed.getMessage()));
        return failed;
    }

    /** Why the last change failed; empty when it succeeded. */
    Optional<String> failure() {
        return Optional.ofNullable(failure).map(Failure::message);
    }

    /** If the last change failed, forgets that once a file can be written and removed. */
    void tryAgain(Durability lasting) {
        Failure before = failure;
        if (before == null) {
            return;
        }
        Path temporary = temporary();
        try {
            disk.write(temporary, new byte[TRIED_BYTES], lasting);
            disk.delete(temporary);
            if (lasting == Durability.MACHINE) {
                disk.sync(path);
            }
        } catch (IOException | RuntimeException | Error e) {
            removeTemporary(temporary, e);
            return; // What failed before is told on.
        }
        if (before.equals(failure)) {
            failure = null;
        }
    }

    private Path temporary() {
        return path.resolve(counter.incrementAndGet() + RecordFiles.TEMPORARY);
    }

    private void removeTemporary(Path temporary, Throwable first) {
        try {
            disk.delete(temporary);
        } catch (IOException | RuntimeException | Error e) {
            FirstError.suppress(first, e);
        }
    }
}
