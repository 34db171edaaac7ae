// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.InvalidRequestException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Names, permissions and file operations. An interrupt never tears a write: streams on file descriptors ignore it, and
 * where a channel is needed, the call is repeated and the flag set again.
 */
final class RecordFiles {
    static final String SUFFIX = ".rec";
    static final String TEMPORARY = ".tmp";
    /** Far more than a record needs; a larger file was not written by us. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_NAME = 240;

    private RecordFiles() {}

    /** A record's file name: special characters become {@code %XX}, so that no name leaves its directory or is hidden. */
    static String fileName(String record) {
        String name = URLEncoder.encode(record, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replaceFirst("^\\.", "%2E");
        if (record.isEmpty() || name.length() > MAX_NAME) {
            throw new InvalidRequestException(
                    "record name", record, "1 to " + MAX_NAME + " bytes as a file name, escapes included");
        }
        return name + SUFFIX;
    }

    /** The record of a file name that {@link #fileName} made. */
    static String recordName(String fileName) throws RecordFormat.UnreadableException {
        String escaped = fileName.substring(0, fileName.length() - SUFFIX.length());
        try {
            String record = URLDecoder.decode(escaped, StandardCharsets.UTF_8);
            if (!record.isEmpty() && fileName(record).equals(fileName)) {
                return record;
            }
        } catch (IllegalArgumentException e) {
            // An escape is malformed.
        }
        throw new RecordFormat.UnreadableException("its name is no record's name");
    }

    static byte[] read(Path file) throws IOException, RecordFormat.UnreadableException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new RecordFormat.UnreadableException("larger than the " + MAX_BYTES + " bytes a record may have");
            }
            return bytes;
        }
    }

    static void write(Path file, byte[] bytes, Durability durability) throws IOException {
        Files.createFile(file, attributes(file, "rw-------"));
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
            if (durability == Durability.MACHINE) {
                out.getFD().sync();
            }
        }
    }

    /** Forces a directory's entries to the disk: only then is a rename or a removal durable. */
    static void syncDirectory(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            boolean done = false;
            while (!done) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    done = true;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Creates the directory and its parents, accessible to the owner only where the file system supports that. */
    static void createDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, attributes(directory, "rwx------"));
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
