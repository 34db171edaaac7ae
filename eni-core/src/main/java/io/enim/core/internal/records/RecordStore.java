package io.enim.core.internal.records;

import static java.util.Objects.requireNonNull;

import io.enim.ClosedException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of small records, each a name and fields of text. Safe for concurrent use; every method blocks on the
 * disk. Writes of one name are to be ordered by the caller.
 *
 * <p>Commit point of a write is the rename, of a removal the unlink; with {@link Durability#MACHINE} both count once the
 * directory is on the disk, before the method returns.
 */
public final class RecordStore implements AutoCloseable {
    private static final String SET_ASIDE = "set-aside";
    private static final long CLOSE_SECONDS = 10;

    private final Path directory;
    private final Durability durability;
    private final RecordFormat format;
    private final DirectoryLock lock;
    /** Begins with the time, so that what an earlier process left unfinished is not in the way. */
    private final AtomicLong counter;

    /** Shared by whoever works on the files; closing takes it alone, so that nothing is written after the lock is gone. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    private volatile @Nullable String failure;
    private volatile boolean closed;

    /**
     * What a directory holds.
     *
     * @param records the fields of each record, by name
     * @param notes what could not be read, why, and where it is now
     */
    public record Contents(Map<String, Map<String, String>> records, List<String> notes) {
        public Contents {
            records = Map.copyOf(records);
            notes = List.copyOf(notes);
        }
    }

    private RecordStore(Path directory, Durability durability, Clock clock, RecordFormat format, DirectoryLock lock) {
        this.directory = directory;
        this.durability = durability;
        this.format = format;
        this.lock = lock;
        this.counter = new AtomicLong(clock.millis());
    }

    /**
     * Opens a directory, and creates it with its parents, mode 0700, where it is missing.
     *
     * @throws LedgerException it cannot be created or used, or another process has it, whose id the message tells
     */
    public static RecordStore open(Path directory, Durability durability, Clock clock) {
        return open(directory, durability, clock, new RecordFormat(RecordFormat.VERSION));
    }

    static RecordStore open(Path directory, Durability durability, Clock clock, RecordFormat format) {
        requireNonNull(durability, "durability");
        requireNonNull(clock, "clock");
        try {
            RecordFiles.createDirectory(directory);
            return new RecordStore(directory, durability, clock, format, DirectoryLock.take(directory));
        } catch (IOException e) {
            throw new LedgerException(
                    "open", directory, "it must be a directory this process can write: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a record in place of the one of that name. After an error the old one still counts, unless the message
     * says that it is open which does.
     *
     * @throws LedgerException the disk refused
     */
    public void put(String name, Map<String, String> fields) {
        whileOpen("write record " + name, () -> {
            write(name, fields);
            return name;
        });
    }

    private void write(String name, Map<String, String> fields) {
        Path file = directory.resolve(RecordFiles.fileName(name));
        byte[] bytes = format.write(fields);
        if (bytes.length > RecordFiles.MAX_BYTES) {
            throw new InvalidRequestException("record", name, "at most " + RecordFiles.MAX_BYTES + " bytes in all");
        }
        Path temporary = directory.resolve(counter.incrementAndGet() + RecordFiles.TEMPORARY);
        try {
            RecordFiles.write(temporary, bytes, durability);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LedgerException failed =
                    failed("write", file, "the record before it still counts; is the disk full or read-only? ", e);
            removeTemporary(temporary, failed);
            throw failed;
        }
        sync(file);
    }

    /** Removes a record. Idempotent. */
    public void remove(String name) {
        whileOpen("remove record " + name, () -> {
            delete(name);
            return name;
        });
    }

    private void delete(String name) {
        Path file = directory.resolve(RecordFiles.fileName(name));
        try {
            if (!Files.deleteIfExists(file)) {
                return;
            }
        } catch (IOException e) {
            throw failed("remove", file, "the record still counts; is the disk read-only? ", e);
        }
        sync(file);
    }

    /**
     * Reads every record. What cannot be read is set aside and noted; so is what an interrupted write left. To be
     * called before the first write, or when no write is under way.
     *
     * @throws LedgerException the directory itself cannot be read
     */
    public Contents readAll() {
        return whileOpen("read records", this::read);
    }

    private Contents read() {
        Map<String, Map<String, String>> records = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (Path file : files()) {
            String fileName = file.getFileName().toString();
            try {
                if (fileName.endsWith(RecordFiles.TEMPORARY)) {
                    throw new RecordFormat.UnreadableException("an interrupted write; the record before it counts");
                }
                if (!fileName.endsWith(RecordFiles.SUFFIX)) {
                    throw new RecordFormat.UnreadableException("not a record");
                }
                String name = RecordFiles.recordName(fileName);
                records.put(name, format.read(RecordFiles.read(file)));
            } catch (RecordFormat.UnreadableException e) {
                notes.add(moveAside(file, String.valueOf(e.getMessage())));
            } catch (IOException e) {
                notes.add(moveAside(file, "it cannot be read: " + e.getMessage()));
            }
        }
        return new Contents(records, notes);
    }

    /**
     * Moves a record aside whose fields its owner cannot understand.
     *
     * @return what was found and where it is now, in words
     */
    public String setAside(String name, String why) {
        return whileOpen(
                "set aside record " + name, () -> moveAside(directory.resolve(RecordFiles.fileName(name)), why));
    }

    /** Why the last write or removal failed; empty when it did not. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Gives the directory back once what is under way has ended; records stay. Idempotent. Blocks on the disk.
     *
     * @throws LedgerException the disk did not answer in time; the directory stays with this process, since what is under
     *     way may still write
     */
    @Override
    public void close() {
        closed = true;
        if (!isUnused()) {
            throw new LedgerException(
                    "give back",
                    directory,
                    "work on it is still under way after " + CLOSE_SECONDS
                            + " s; is the disk hanging? It stays locked until this process ends",
                    null);
        }
        try {
            lock.release();
        } catch (IOException e) {
            throw new LedgerException(
                    "give back", directory, "its lock could not be closed; it ends with this process", e);
        }
    }

    /** Whether all work has ended; none begins any more. */
    private boolean isUnused() {
        boolean unused;
        try {
            unused = inUse.writeLock().tryLock(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unused = inUse.writeLock().tryLock();
        }
        if (unused) {
            inUse.writeLock().unlock();
        }
        return unused;
    }

    private <T> T whileOpen(String operation, Supplier<T> work) {
        inUse.readLock().lock();
        try {
            if (closed) {
                throw new ClosedException(operation + " in " + directory + ": the directory was given back");
            }
            return work.get();
        } finally {
            inUse.readLock().unlock();
        }
    }

    /** The files, in order of name. Directories, sockets and links are others' business. */
    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                boolean isLock = entry.getFileName().toString().equals(DirectoryLock.FILE);
                if (!isLock && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new LedgerException("read", directory, "it must be readable: " + e.getMessage(), e);
        }
        files.sort(null);
        return files;
    }

    private String moveAside(Path file, String why) {
        Path aside = directory.resolve(SET_ASIDE);
        try {
            RecordFiles.createDirectory(aside);
            Path target = freeName(aside, file);
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            return file.getFileName() + ": " + why + "; moved to " + target + " to be looked at";
        } catch (IOException e) {
            return file.getFileName() + ": " + why + "; it could not be moved to " + aside + " (" + e
                    + ") and is not used";
        }
    }

    /** A move replaces what is there; the lock on the directory keeps others from taking the name meanwhile. */
    private Path freeName(Path aside, Path file) {
        Path target;
        do {
            target = aside.resolve(file.getFileName() + "." + counter.incrementAndGet());
        } while (Files.exists(target, LinkOption.NOFOLLOW_LINKS));
        return target;
    }

    private void sync(Path file) {
        if (durability == Durability.MACHINE) {
            try {
                RecordFiles.syncDirectory(directory);
            } catch (IOException e) {
                throw failed(
                        "force to disk the directory of",
                        file,
                        "the change counts unless the machine crashes now; is the disk failing? ",
                        e);
            }
        }
        failure = null;
    }

    private LedgerException failed(String operation, Path file, String rule, IOException cause) {
        LedgerException failed = new LedgerException(operation, file, rule + cause, cause);
        failure = failed.getMessage();
        return failed;
    }

    private static void removeTemporary(Path temporary, LedgerException first) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            first.addSuppressed(e);
        }
    }
}
