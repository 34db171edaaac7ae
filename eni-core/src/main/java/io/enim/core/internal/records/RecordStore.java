// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.ClosedException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory of small records, each a name and fields of text. Safe for concurrent use; every method blocks on the
 * disk. The caller orders writes of the same name.
 *
 * <p>The commit point of a write is the rename, of a removal the unlink; with {@link Durability#MACHINE} both are durable
 * once the directory is on the disk, before the method returns.
 *
 * <p>A record can be written before it is true, and confirmed later by one more rename. Until then it is pending. Where there
 * is both a record and a pending one of its name, the record was written later, and the pending one counts for nothing.
 */
public final class RecordStore implements AutoCloseable {
    private static final String STILL_VALID = "the record is still valid";

    private final Disk disk;
    private final Path directory;
    private final Durability durability;
    private final RecordFormat format;
    private final Closeable lock;
    private final RecordDirectory files;
    private final SetAside aside;
    /** The names whose pending files may be there. */
    private final Set<String> pending = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    private RecordStore(
            Disk disk,
            Path directory,
            Durability durability,
            InstantSource clock,
            RecordFormat format,
            Closeable lock) {
        // Begins with the time, so that names do not conflict with those of an earlier process.
        AtomicLong counter = new AtomicLong(clock.millis());
        this.disk = disk;
        this.directory = directory;
        this.durability = durability;
        this.format = format;
        this.lock = lock;
        this.files = new RecordDirectory(disk, directory, counter);
        this.aside = new SetAside(disk, directory.resolve("set-aside"), counter);
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
     * Writes a record in place of an earlier one of this name, pending or not. After an error the earlier one is valid,
     * unless the message says otherwise.
     *
     * @throws LedgerException the record could not be written
     */
    public void put(String name, Map<String, String> fields) {
        put(name, fields, durability);
    }

    /** As {@link #put(String, Map)}, with a durability of its own. */
    public void put(String name, Map<String, String> fields, Durability lasting) {
        requireOpen("write record", name);
        files.write(file(name), bytes(name, fields), lasting);
        removePending(name, "the new record is written, and counts", lasting);
    }

    /**
     * Writes what the record of this name, of which there is none, will be once it is {@linkplain #confirm confirmed}; one
     * that is pending is replaced. This survives the process, whatever the durability: it is for what ends with the boot.
     *
     * @throws LedgerException it could not be written
     */
    public void putPending(String name, Map<String, String> fields) {
        requireOpen("write pending record", name);
        byte[] bytes = bytes(name, fields);
        pending.add(name);
        files.write(pendingFile(name), bytes, Durability.PROCESS);
    }

    /**
     * Makes a pending record the record of its name; false when there is no pending one. After an error it is pending or
     * confirmed: {@link #put} and {@link #remove} end that.
     *
     * @throws LedgerException it could not be confirmed
     */
    public boolean confirm(String name) {
        requireOpen("confirm record", name);
        if (!pending.contains(name)) {
            return false;
        }
        files.rename(pendingFile(name), file(name));
        pending.remove(name);
        return true;
    }

    private Path file(String name) {
        return directory.resolve(RecordFiles.fileName(name));
    }

    private Path pendingFile(String name) {
        return directory.resolve(RecordFiles.pendingName(name));
    }

    private byte[] bytes(String name, Map<String, String> fields) {
        byte[] bytes = format.write(fields);
        if (bytes.length > RecordFiles.MAX_BYTES) {
            throw new InvalidRequestException("record", name, "at most " + RecordFiles.MAX_BYTES + " bytes in all");
        }
        return bytes;
    }

    /** Removes a record, pending or not. Idempotent. */
    public void remove(String name) {
        remove(name, durability);
    }

    /** As {@link #remove(String)}, with a durability of its own. */
    public void remove(String name, Durability lasting) {
        requireOpen("remove record", name);
        // First, since it would count again without the record.
        removePending(name, STILL_VALID, lasting);
        files.remove(file(name), STILL_VALID, lasting);
    }

    private void removePending(String name, String rule, Durability lasting) {
        if (pending.contains(name)) {
            files.remove(pendingFile(name), rule, lasting);
            pending.remove(name);
        }
    }

    /**
     * Reads every record. A file that counts for none is set aside and noted: it has no record's name, is of an interrupted
     * write, or is pending beside its record. To be called when no write is running.
     *
     * @throws LedgerException the directory itself cannot be read
     */
    public RecordContents readAll() {
        requireOpen("read", "all records");
        return new RecordReader(disk, directory, format, aside, pending).read();
    }

    /**
     * Moves a record aside whose fields the caller cannot read.
     *
     * @return a note of the reason and where the record is now
     */
    public String setAside(String name, String reason) {
        requireOpen("set aside record", name);
        return aside.move(there(name), reason);
    }

    /**
     * Writes a record in place of one that cannot be read, which is aside then: whenever this is interrupted, one of the two
     * is there.
     *
     * @throws LedgerException the new record could not be written; the one before is where it was
     */
    public void replaceUnreadable(String name, Map<String, String> fields) {
        requireOpen("set aside record", name);
        files.keep(there(name), aside);
        put(name, fields);
    }

    /** The file that counts for the record. */
    private Path there(String name) {
        Path file = file(name);
        return pending.contains(name) && !disk.exists(file) ? pendingFile(name) : file;
    }

    /** Why the last write or removal failed; empty when it succeeded. */
    public Optional<String> failure() {
        return files.failure();
    }

    /**
     * If the last write or removal failed, tries whether the directory can be written again: where no operation follows, that
     * failure would be told for ever. Changes no record.
     */
    public void tryAgain() {
        if (!closed) {
            files.tryAgain(durability);
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

    private void requireOpen(String operation, String name) {
        if (closed) {
            throw new ClosedException(operation + " " + name + " in " + directory + ": the directory is closed");
        }
    }
}
