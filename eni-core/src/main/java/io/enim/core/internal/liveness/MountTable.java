// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.liveness;

import io.enim.core.internal.records.Disk;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mounted network namespaces by path: one read of the mount table instead of one {@code stat} for each. A line names
 * the device, and as its root the inode ({@code net:[4026532281]}), which is what {@code stat} would answer. The table
 * knows less: a path that it lacks may be a link, a process's {@code ns/net}, or missing. Immutable.
 *
 * <p>A path with several mounts on top of each other is left out: only {@code stat} tells which of them it shows.
 */
final class MountTable {
    private static final String ROOT = "net:[";
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /** Marks a path that is not exactly one network namespace; no namespace has this inode. */
    private static final NamespaceId OTHER = new NamespaceId(-1, -1, 0);

    private final byte[] table;
    private final int lines;
    private final Map<String, NamespaceId> byPath;

    private MountTable(byte[] table, int lines, Map<String, NamespaceId> byPath) {
        this.table = table;
        this.lines = lines;
        this.byPath = byPath;
    }

    static MountTable none() {
        return new MountTable(new byte[0], 0, Map.of());
    }

    /** Reads a table, like {@code /proc/self/mountinfo}; the previous one when its text is unchanged. */
    static MountTable read(Disk disk, Path table, MountTable previous) throws IOException {
        byte[] bytes = disk.read(table, Integer.MAX_VALUE);
        if (Arrays.equals(bytes, previous.table)) {
            return previous;
        }
        return parse(bytes);
    }

    /**
     * The lines are described in {@code proc_pid_mountinfo(5)}:
     * {@code 61 29 0:4 net:[4026532281] /run/netns/a rw shared:35 - nsfs nsfs rw}.
     */
    static MountTable parse(byte[] bytes) throws IOException {
        // One byte is one character here: only paths can hold more than ASCII, and decode() converts those.
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n");
        try {
            return new MountTable(bytes, lines.length, byPath(lines));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException("the mount table is not in the form of proc_pid_mountinfo(5)", e);
        }
    }

    private static Map<String, NamespaceId> byPath(String[] lines) {
        Map<String, NamespaceId> byPath = new HashMap<>();
        for (String line : lines) {
            String[] fields = line.split(" ", 6);
            if (fields.length == 6) {
                NamespaceId id =
                        fields[3].startsWith(ROOT) ? new NamespaceId(device(fields[2]), inode(fields[3]), 0) : OTHER;
                byPath.merge(decode(fields[4]), id, (one, two) -> OTHER);
            }
        }
        byPath.values().removeIf(OTHER::equals);
        return byPath;
    }

    private static long inode(String root) {
        return Long.parseLong(root, ROOT.length(), root.indexOf(']'), 10);
    }

    /** {@code major:minor} as {@code st_dev} holds it ({@code gnu_dev_makedev}). */
    private static long device(String text) {
        int colon = text.indexOf(':');
        long major = Long.parseLong(text, 0, colon, 10);
        long minor = Long.parseLong(text.substring(colon + 1));
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }

    /** Undoes the kernel's {@code mangle}: space, tab, newline and backslash are octal. */
    private static String decode(String field) {
        if (field.chars().allMatch(c -> c < 0x80 && c != '\\')) {
            return field;
        }
        String plain = OCTAL.matcher(field)
                .replaceAll(octal -> Matcher.quoteReplacement("" + (char) Integer.parseInt(octal.group(1), 8)));
        return new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The namespace that is mounted at this path; empty means that the path must be examined with {@code stat}. */
    Optional<NamespaceId> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** How many namespaces it has. */
    int size() {
        return byPath.size();
    }

    /** How many mounts it has, of any kind. */
    int lines() {
        return lines;
    }
}
