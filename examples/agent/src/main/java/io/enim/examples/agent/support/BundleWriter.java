// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the archive, for its owner alone: each entry without secrets and within bounds, and at last what is in it. Not thread-safe. */
final class BundleWriter implements AutoCloseable {
    static final int LONGEST_ENTRY = 2 << 20;
    static final int LONGEST_IN_ALL = 24 << 20;

    private final Redaction redaction;
    private final ZipOutputStream zip;
    private final StringBuilder contents = new StringBuilder();
    private int written;

    BundleWriter(Path file, Redaction redaction) throws IOException {
        this.redaction = redaction;
        this.zip = new ZipOutputStream(Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))));
    }

    /** Adds an entry, or says why there is none. What the text is said to be stands in the list of contents. */
    void add(String name, String what, Callable<String> text) throws IOException {
        String clean;
        try {
            clean = redaction.clean(text.call());
        } catch (Exception e) { // Reading of any kind may fail, and no part keeps another from being there.
            contents.append("MISSING  ").append(name).append(": ").append(what);
            contents.append("; ").append(redaction.clean(reason(e))).append('\n');
            return;
        }
        byte[] bytes = clean.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, Math.min(LONGEST_ENTRY, LONGEST_IN_ALL - written));
        if (length == 0 && bytes.length > 0) {
            contents.append("MISSING  ").append(name).append(": ").append(what).append("; the archive is full\n");
            return;
        }
        put(name, bytes, length);
        contents.append("         ").append(name).append(": ").append(what);
        contents.append(length < bytes.length ? "; cut at " + length + " of " + bytes.length + " bytes\n" : "\n");
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private void put(String name, byte[] bytes, int length) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes, 0, length);
        zip.closeEntry();
        written += length;
    }

    /** The list of contents so far, after some words. */
    String contents(String words) {
        return words + "\n" + contents;
    }

    /** Ends the archive with the list of its contents. */
    void finish(String words) throws IOException {
        byte[] list = contents(words).getBytes(StandardCharsets.UTF_8);
        put("README.txt", list, list.length);
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
