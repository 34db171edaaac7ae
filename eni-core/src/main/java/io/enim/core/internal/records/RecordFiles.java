package io.enim.core.internal.records;

import io.enim.InvalidRequestException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

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
        StringBuilder name = new StringBuilder(record.length() + 8);
        for (byte b : record.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
                name.append(c);
            } else if (c == '.' && name.length() > 0) {
                name.append(c);
            } else {
                name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        if (record.isEmpty() || name.length() > MAX_NAME) {
            throw new InvalidRequestException(
                    "record name", record, "1 to " + MAX_NAME + " bytes as a file name, escapes included");
        }
        return name.append(SUFFIX).toString();
    }

    /** The record of a file name that {@link #fileName} made. */
    static String recordName(String fileName) throws RecordFormat.UnreadableException {
        String escaped = fileName.substring(0, fileName.length() - SUFFIX.length());
        byte[] bytes = new byte[escaped.length()];
        int length = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            try {
                bytes[length++] = c == '%' ? (byte) Integer.parseInt(escaped, i + 1, i + 3, 16) : (byte) c;
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new RecordFormat.UnreadableException("its name is no record's name");
            }
            i += c == '%' ? 2 : 0;
        }
        String record = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (record.isEmpty() || !fileName(record).equals(fileName)) {
            throw new RecordFormat.UnreadableException("its name is no record's name");
        }
        return record;
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
