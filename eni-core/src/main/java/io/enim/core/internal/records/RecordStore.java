// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.ClosedException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.PrintableText;
import io.enim.core.internal.exec.FirstError;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of small records, each a name and fields of text. Safe for concurrent use; every method blocks on the
 * disk. The caller orders writes of the same name.
 *
 * <p>The commit point of a write is the rename, of a removal the unlink; with {@link Durability#MACHINE} both are durable
 * once the directory is on the disk, before the method returns.
 */
public final class RecordStore implements AutoCloseable {
    private static final String SET_ASIDE = "set-aside";
    private static final String REMOVE = "remove";
    /** As large as a record, which a full disk refuses. */
    private static final int TRIED_BYTES = 4096;

    private final Disk disk;
    private final Path directory;
    private final Durability durability;
    private final RecordFormat format;
    private final Closeable lock;
    /** Begins with the time, so that temporary files of an earlier process do not conflict. */
    private final AtomicLong counter;

    private volatile @Nullable Failure failure;
    private volatile boolean closed;

    /**
     * The contents of a directory.
     *
     * @param records the fields of each record, by name
     * @param unreadable why a record cannot be read, by name; it is where it was, and for the caller to set aside
     * @param notes the files that have no record's name, why, and where they are now
     */
    public record Contents(
            Map<String, Map<String, String>> records, Map<String, String> unreadable, List<String> notes) {
        public Contents {
            records = Map.copyOf(records);
            unreadable = Map.copyOf(unreadable);
            notes = List.copyOf(notes);
        }
    }

    /** What failed last, and of which file. */
    private record Failure(String operation, Path file, String message) {}

    private RecordStore(
            Disk disk,
            Path directory,
            Durability durability,
            InstantSource clock,
            RecordFormat format,
            Closeable lock) {
        this.disk = disk;
        this.directory = directory;
        this.durability = durability;
        this.format = format;
        this.lock = lock;
        this.counter = new AtomicLong(clock.millis());
    }

    /**
     * Opens a directory, and creates it with its parents, mode 0700, if it is missing.
     *
     * @throws LedgerException it cannot be created or used, or another process has locked it, whose id the message tells
     */
    public static RecordStore open(Disk disk, Path directory, Durability durability, InstantSource clock) {
        return open(disk, directory, durability, clock, new RecordFormat(RecordFormat.VERSION));
    }

    static RecordStore open(
            Disk disk, Path directory, Durability durability, InstantSource clock, RecordFormat format) {
        try {
            disk.createDirectory(directory);
            return new RecordStore(disk, directory, durability, clock, format, disk.lock(directory));
        } catch (IOException e) {
            throw new LedgerException(
                    "open", directory, "it must be a directory this process can write: " + e.getMessage(), e);
        }
    }

    /** The name of the file of the record of this name. */
    public static String fileName(String name) {
        return RecordFiles.fileName(name);
    }

    /** Whether a record can have this name; it depends on its length with escapes. */
    public static boolean isName(String name) {
        return RecordFiles.isRecordName(name);
    }

    /**
     * Writes a record in place of an earlier one of this name. After an error the earlier one is valid, unless the message
     * says that this is unknown.
     *
     * @throws LedgerException the record could not be written
     */
    public void put(String name, Map<String, String> fields) {
        put(name, fields, durability);
    }

    /** As {@link #put(String, Map)}, with a durability of its own. */
    public void put(String name, Map<String, String> fields, Durability lasting) {
        whileOpen("write record " + name, () -> {
            Path file = directory.resolve(RecordFiles.fileName(name));
            byte[] bytes = format.write(fields);
            if (bytes.length > RecordFiles.MAX_BYTES) {
                throw new InvalidRequestException("record", name, "at most " + RecordFiles.MAX_BYTES + " bytes in all");
            }
            Path temporary = directory.resolve(counter.incrementAndGet() + RecordFiles.TEMPORARY);
            try {
                disk.write(temporary, bytes, lasting);
                disk.rename(temporary, file);
            } catch (IOException e) {
                LedgerException failed =
                        failed("write", file, "the previous record is still valid; is the disk full or read-only? ", e);
                removeTemporary(temporary, failed);
                throw failed;
            }
            return sync(file, lasting);
        });
    }

    /** Removes a record. Idempotent. */
    public void remove(String name) {
        remove(name, durability);
    }

    /** As {@link #remove(String)}, with a durability of its own. */
    public void remove(String name, Durability lasting) {
        whileOpen("remove record " + name, () -> {
            Path file = directory.resolve(RecordFiles.fileName(name));
            try {
                return disk.delete(file) || hasFailed(REMOVE, file) ? sync(file, lasting) : file;
            } catch (IOException e) {
                throw failed(REMOVE, file, "the record is still valid; is the disk read-only? ", e);
            }
        });
    }

    /**
     * Reads every record. A file without a record's name is set aside and noted, and so is one of an interrupted write. To
     * be called when no write is running.
     *
     * @throws LedgerException the directory itself cannot be read
     */
    public Contents readAll() {
        return whileOpen("read records", this::read);
    }

    private Contents read() {
        Map<String, Map<String, String>> records = new LinkedHashMap<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (Path file : files()) {
            try {
                String name = RecordFiles.recordName(file.getFileName().toString());
                try {
                    records.put(name, format.read(read(file)));
                } catch (RecordFormat.UnreadableException e) {
                    unreadable.put(name, String.valueOf(e.getMessage()));
                } catch (IOException e) {
                    unreadable.put(name, "it cannot be read: " + e.getMessage());
                }
            } catch (RecordFormat.UnreadableException e) {
                notes.add(moveAside(file, String.valueOf(e.getMessage())));
            }
        }
        return new Contents(records, unreadable, notes);
    }

    /**
     * Moves a record aside whose fields the caller cannot read.
     *
     * @return a note of the reason and where the record is now
     */
    public String setAside(String name, String reason) {
        return whileOpen(
                "set aside record " + name, () -> moveAside(directory.resolve(RecordFiles.fileName(name)), reason));
    }

    /**
     * Writes a record in place of one that cannot be read, which is aside then: whenever this is interrupted, one of the two
     * is there.
     *
     * @throws LedgerException the new record could not be written; the one before is where it was
     */
    public void replaceUnreadable(String name, Map<String, String> fields) {
        whileOpen("set aside record " + name, () -> {
            Path file = directory.resolve(RecordFiles.fileName(name));
            Path aside = directory.resolve(SET_ASIDE);
            try {
                disk.createDirectory(aside);
                disk.link(file, freeName(aside, file));
                return aside;
            } catch (IOException e) {
                throw failed("link into " + aside, file, "is the disk full or read-only? ", e);
            }
        });
        put(name, fields);
    }

    /** Why the last write or removal failed; empty when it succeeded. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure).map(Failure::message);
    }

    /**
     * If the last write or removal failed, tries whether the directory can be written again: where no operation follows, that
     * failure would be told for ever. Changes no record.
     */
    public void tryAgain() {
        Failure before = failure;
        if (before == null || closed) {
            return;
        }
        Path temporary = directory.resolve(counter.incrementAndGet() + RecordFiles.TEMPORARY);
        try {
            disk.write(temporary, new byte[TRIED_BYTES], durability);
            disk.delete(temporary);
            if (durability == Durability.MACHINE) {
                disk.sync(directory);
            }
        } catch (IOException | RuntimeException | Error e) {
            removeTemporary(temporary, e);
            return; // What failed before is told on.
        }
        if (before.equals(failure)) {
            failure = null;
        }
    }

    /**
     * Unlocks the directory; records stay. Idempotent. To be called when no thread works on them any more (P17).
     */
    @Override
    public void close() {
        closed = true;
        try {
            lock.close();
        } catch (IOException e) {
            throw new LedgerException(
                    "unlock", directory, "its lock could not be closed; it ends with this process", e);
        }
    }

    private <T> T whileOpen(String operation, Supplier<T> work) {
        if (closed) {
            throw new ClosedException(operation + " in " + directory + ": the directory is closed");
        }
        return work.get();
    }

    private List<Path> files() {
        try {
            return disk.files(directory);
        } catch (IOException e) {
            throw new LedgerException("read", directory, "it must be readable: " + e.getMessage(), e);
        }
    }

    private byte[] read(Path file) throws IOException, RecordFormat.UnreadableException {
        byte[] bytes = disk.read(file, RecordFiles.MAX_BYTES + 1);
        if (bytes.length > RecordFiles.MAX_BYTES) {
            throw new RecordFormat.UnreadableException(
                    "larger than the " + RecordFiles.MAX_BYTES + " bytes a record may have");
        }
        return bytes;
    }

    private String moveAside(Path file, String reason) {
        Path aside = directory.resolve(SET_ASIDE);
        try {
            disk.createDirectory(aside);
            Path target = freeName(aside, file);
            disk.rename(file, target);
            return PrintableText.message(
                    file.getFileName() + ": " + reason + "; moved to " + target + " for inspection");
        } catch (IOException e) {
            return PrintableText.message(file.getFileName() + ": " + reason + "; it could not be moved to " + aside
                    + " (" + e + ") and is not used");
        }
    }

    /** A move replaces an existing file; the lock of the directory keeps other processes from using the name meanwhile. */
    private Path freeName(Path aside, Path file) {
        Path target = aside.resolve(file.getFileName() + "." + counter.incrementAndGet());
        return disk.exists(target) ? freeName(aside, file) : target;
    }

    /** Makes a change of the file durable, and returns the file. */
    private Path sync(Path file, Durability lasting) {
        if (lasting == Durability.MACHINE) {
            try {
                disk.sync(directory);
            } catch (IOException e) {
                throw failed(
                        "force to disk the directory of",
                        file,
                        "the change is valid unless the machine crashes now; is the disk failing? ",
                        e);
            }
        }
        failure = null;
        return file;
    }

    private LedgerException failed(String operation, Path file, String rule, IOException cause) {
        LedgerException failed = new LedgerException(operation, file, rule + cause, cause);
        failure = new Failure(operation, file, String.valueOf(failed.getMessage()));
        return failed;
    }

    /** A removal that failed may have taken effect: when it is repeated, the file is gone. */
    private boolean hasFailed(String operation, Path file) {
        Failure last = failure;
        return last != null && last.operation().equals(operation) && last.file().equals(file);
    }

    private void removeTemporary(Path temporary, Throwable first) {
        try {
            disk.delete(temporary);
        } catch (IOException | RuntimeException | Error e) {
            FirstError.suppress(first, e);
        }
    }
}
