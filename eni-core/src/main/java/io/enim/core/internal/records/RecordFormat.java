// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.records;

import io.enim.PrintableText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The text of one record. ASCII lines that end with a newline: the version, {@code key=value} for each field, the
 * checksum of every byte before it.
 *
 * <pre>
 * enim-record 1
 * kind=create
 * token=enim-4f1c
 * sum=9a3bd1c0
 * </pre>
 *
 * <p>A torn file lacks its last line or has a wrong sum. Version N reads N-1, so that an agent can be upgraded in
 * place; any other version is refused.
 */
final class RecordFormat {
    /** The version that this release writes. */
    static final int VERSION = 1;

    private static final String MAGIC = "enim-record ";
    private static final String SUM = "sum=";
    private static final int SUM_LINE = SUM.length() + 8 + 1;

    private final int version;

    RecordFormat(int version) {
        this.version = version;
    }

    /** The record cannot be read; the message tells why. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String reason) {
            super(PrintableText.message(reason));
        }
    }

    byte[] write(Map<String, String> fields) {
        StringBuilder text = new StringBuilder(1024);
        text.append(MAGIC).append(version).append('\n');
        fields.forEach((key, value) -> {
            escape(key, text);
            text.append('=');
            escape(value, text);
            text.append('\n');
        });
        byte[] body = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] last = (SUM + sum(body, body.length) + '\n').getBytes(StandardCharsets.ISO_8859_1);
        byte[] record = Arrays.copyOf(body, body.length + last.length);
        System.arraycopy(last, 0, record, body.length, last.length);
        return record;
    }

    Map<String, String> read(byte[] bytes) throws UnreadableException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int sumAt = text.length() - SUM_LINE;
        if (sumAt < 0 || !text.endsWith("\n") || !text.startsWith(SUM, sumAt)) {
            throw new UnreadableException("torn: its last line is no checksum");
        }
        String body = text.substring(0, sumAt);
        String expected = text.substring(sumAt + SUM.length(), text.length() - 1);
        String sum = sum(bytes, sumAt);
        if (!sum.equals(expected)) {
            throw new UnreadableException("damaged: its checksum is " + sum + ", but " + expected + " is recorded");
        }
        if (!body.endsWith("\n")) {
            throw new UnreadableException("its last line does not end");
        }
        String[] lines = body.split("\n", -1);
        checkVersion(lines[0]);
        Map<String, String> fields = new LinkedHashMap<>();
        // The body ends with a newline, so the last piece is empty.
        for (int i = 1; i < lines.length - 1; i++) {
            int equals = lines[i].indexOf('=');
            if (equals < 0) {
                throw new UnreadableException("line " + (i + 1) + " is no key=value");
            }
            String key = unescape(lines[i].substring(0, equals));
            if (fields.put(key, unescape(lines[i].substring(equals + 1))) != null) {
                throw new UnreadableException("key " + PrintableText.brief(key) + " occurs twice");
            }
        }
        return fields;
    }

    private void checkVersion(String header) throws UnreadableException {
        if (!header.equals(MAGIC + version) && !header.equals(MAGIC + (version - 1))) {
            throw new UnreadableException(
                    "its version is unknown: this release reads " + (version - 1) + " and " + version);
        }
    }

    private static String sum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits(crc.getValue(), 8);
    }

    /** Characters other than printable ASCII, and the separators, become a backslash and four digits. */
    private static void escape(String raw, StringBuilder into) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < ' ' || c > '~' || c == '\\' || c == '=') {
                into.append('\\').append(String.format(Locale.ROOT, "%04x", (int) c));
            } else {
                into.append(c);
            }
        }
    }

    private static String unescape(String text) throws UnreadableException {
        String[] parts = text.split("\\\\", -1);
        StringBuilder raw = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            try {
                raw.append((char) HexFormat.fromHexDigits(parts[i], 0, 4)).append(parts[i].substring(4));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new UnreadableException("a backslash is not followed by four hexadecimal digits");
            }
        }
        return raw.toString();
    }
}
