// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.spi.NamespaceId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What core reads and writes: the files of the machine, or of a simulation. Safe for concurrent use; all block. */
public interface Disk {
    Disk OF_THE_MACHINE = new MachineDisk();

    /** Creates the directory and its parents, accessible to the owner only where the file system supports that. */
    void createDirectory(Path directory) throws IOException;

    /**
     * The exclusive lock of a directory, until it is closed or the process ends.
     *
     * @throws io.enim.LedgerException another process has locked it, or this process already
     */
    Closeable lock(Path directory) throws IOException;

    /** The regular files of a directory but its lock, sorted by name. Directories, sockets and links are not ours. */
    List<Path> files(Path directory) throws IOException;

    /** The first bytes of a file, as many as it has and at most so many. */
    byte[] read(Path file, int most) throws IOException;

    /** Writes a new file; with {@link Durability#MACHINE} its bytes are on the disk, its name may not be. */
    void write(Path file, byte[] bytes, Durability durability) throws IOException;

    /** Renames a file; one that has the new name is replaced. */
    void rename(Path file, Path to) throws IOException;

    /** Gives a file a second name, which is free. */
    void link(Path file, Path second) throws IOException;

    /** Deletes a file; false when there is none. */
    boolean delete(Path file) throws IOException;

    /** Whether anything has this name. */
    boolean exists(Path path);

    /**
     * Device and inode of what a path leads to, which is not opened: an open file would keep a namespace alive.
     *
     * @throws java.nio.file.NoSuchFileException there is none
     * @throws UnsupportedOperationException the file system has no inodes
     */
    NamespaceId identity(Path path) throws IOException;

    /** Forces a directory's entries to the disk: only then is a rename or a removal durable. */
    void sync(Path directory) throws IOException;
}
