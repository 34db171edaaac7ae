// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The files in a directory of records. */
record RecordsOnDisk(Path directory) {
    private static final int MOST_FILES = 5000;
    private static final int LONGEST_RECORD = 16 << 10;

    void addTo(BundleWriter bundle, String entry) throws IOException {
        bundle.add(entry + "/files.txt", "the files in " + directory, this::list);
        bundle.add(entry + "/records.txt", "the records in " + directory + ", without labels", this::records);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory, 4)) {
            return files.filter(file -> !file.equals(directory))
                    .sorted()
                    .limit(MOST_FILES)
                    .toList();
        }
    }

    private String list() throws IOException {
        StringBuilder list = new StringBuilder();
        for (Path file : files()) {
            PosixFileAttributes read = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            list.append(String.format(
                    Locale.ROOT,
                    "%s %s %s %10d %s %s%n",
                    read.isDirectory() ? "d" : read.isRegularFile() ? "-" : "?",
                    PosixFilePermissions.toString(read.permissions()),
                    read.owner().getName(),
                    read.size(),
                    read.lastModifiedTime(),
                    directory.relativize(file)));
        }
        return list.toString();
    }

    private String records() throws IOException {
        StringBuilder records = new StringBuilder();
        for (Path file : files()) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && records.length() < BundleWriter.LONGEST_ENTRY) {
                records.append("---- ")
                        .append(directory.relativize(file))
                        .append('\n')
                        .append(record(file));
            }
        }
        return records.toString();
    }

    /** A record may be gone by now, which is no fault. */
    private static String record(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return RecordText.of(new String(in.readNBytes(LONGEST_RECORD), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return "not read: " + e + "\n";
        }
    }
}
