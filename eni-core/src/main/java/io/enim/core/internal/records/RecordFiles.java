// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.InvalidRequestException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The names of the files of records. */
final class RecordFiles {
    static final String SUFFIX = ".rec";
    static final String PENDING = ".new";
    static final String TEMPORARY = ".tmp";
    /** Far more than a record needs; a larger file was not written by us. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_NAME = 240;
    /** Names without anything to escape. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_=-][A-Za-z0-9_.=-]*");

    private RecordFiles() {}

    /** A record's file name: special characters become {@code %XX}, so that no name leaves its directory or is hidden. */
    static String fileName(String record) {
        return name(record) + SUFFIX;
    }

    /** The name of the file that is renamed to the record's when the record is confirmed. */
    static String pendingName(String record) {
        return name(record) + PENDING;
    }

    private static String name(String record) {
        String name = escaped(record);
        if (!isName(name)) {
            throw new InvalidRequestException(
                    "record name", record, "1 to " + MAX_NAME + " bytes as a file name, escapes included");
        }
        return name;
    }

    /** Whether a record can have this name. */
    static boolean isRecordName(String record) {
        return isName(escaped(record));
    }

    private static boolean isName(String escaped) {
        return !escaped.isEmpty() && escaped.length() <= MAX_NAME;
    }

    private static String escaped(String record) {
        return PLAIN.matcher(record).matches() ? record : escape(record);
    }

    private static String escape(String record) {
        return URLEncoder.encode(record, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%3D", "=")
                .replaceFirst("^\\.", "%2E");
    }

    static boolean isPending(String fileName) {
        return fileName.endsWith(PENDING);
    }

    /** The record of a file name that {@link #fileName} or {@link #pendingName} made. */
    static String recordName(String fileName) throws RecordFormat.UnreadableException {
        if (fileName.endsWith(TEMPORARY)) {
            throw new RecordFormat.UnreadableException("an interrupted write; the previous record is valid");
        }
        String suffix = isPending(fileName) ? PENDING : SUFFIX;
        if (!fileName.endsWith(suffix)) {
            throw new RecordFormat.UnreadableException("not a record");
        }
        String escaped = fileName.substring(0, fileName.length() - suffix.length());
        try {
            String record = URLDecoder.decode(escaped, StandardCharsets.UTF_8);
            if (!record.isEmpty() && name(record).equals(escaped)) {
                return record;
            }
        } catch (IllegalArgumentException | InvalidRequestException e) {
            // An escape is malformed, or the name is too long when it is escaped as it should be.
        }
        throw new RecordFormat.UnreadableException("its name is no record's name");
    }
}
