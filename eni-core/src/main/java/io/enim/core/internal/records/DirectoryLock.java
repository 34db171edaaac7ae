// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.LedgerException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The exclusive lock of a directory, for one process, whose id is in the file {@code lock}. It ends with the process. */
final class DirectoryLock implements Closeable {
    static final String FILE = "lock";

    /*
     * A POSIX record lock belongs to the process, not to the descriptor, and ends when the process closes any
     * descriptor of the file (fcntl(2)). So a second attempt within this process must not even open the file. The
     * system properties prevent that: they are one for the process, as the lock is, and not one for each class loader.
     */
    private static final String HELD_HERE = "io.enim.locked:";

    private static final int PID_DIGITS = 20;

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Locks the directory.
     *
     * @throws LedgerException another process has locked it, or this process already
     */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (System.getProperties().putIfAbsent(HELD_HERE + real, "") != null) {
            throw taken(directory, Long.toString(ProcessHandle.current().pid()) + " (this one)");
        }
        try {
            return new DirectoryLock(real, lock(real));
        } catch (Throwable e) {
            System.clearProperty(HELD_HERE + real);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(directory, readPid(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return channel;
        } catch (Throwable e) {
            try {
                channel.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(PID_DIGITS);
        channel.read(buffer, 0);
        String pid = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("\\d+") ? pid : "(not known yet)";
    }

    private static LedgerException taken(Path directory, String pid) {
        return new LedgerException(
                "lock", directory, "only one process may use it, and process " + pid + " does; stop that one", null);
    }

    /** Unlocks the directory. Idempotent. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            // Closed first: until then, another attempt in this process would lose its lock by this close.
            channel.close();
            System.clearProperty(HELD_HERE + directory);
        }
    }
}
