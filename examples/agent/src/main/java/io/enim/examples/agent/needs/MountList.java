// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.needs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mounts of a process, in the order of {@code /proc/self/mountinfo} ({@code proc_pid_mountinfo(5)}). */
record MountList(List<Mount> mounts) {
    /** The fifth field, where it is mounted; the sixth, its options; and the optional ones, which say how mounts propagate. */
    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ \\S+ \\S+ (/\\S*) (\\S+) (.*?)- \\S+ .*");

    /** What the kernel escapes in a path: tab, newline, space and backslash. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(011|012|040|134)");

    /** @param receives whether what is mounted below it on the host later appears here too */
    record Mount(Path point, boolean isReadOnly, boolean receives) {}

    static MountList read(Path table) throws IOException {
        return new MountList(Files.readAllLines(table, StandardCharsets.ISO_8859_1).stream()
                .map(MountList::mount)
                .flatMap(Optional::stream)
                .toList());
    }

    private static Optional<Mount> mount(String line) {
        Matcher mount = LINE.matcher(line);
        if (!mount.matches()) {
            return Optional.empty();
        }
        String point = ESCAPE.matcher(mount.group(1)).replaceAll(MountList::unescape);
        boolean isReadOnly = List.of(mount.group(2).split(",")).contains("ro");
        boolean receives = mount.group(3).contains("master:") || mount.group(3).contains("shared:");
        return Optional.of(new Mount(Path.of(point), isReadOnly, receives));
    }

    private static String unescape(MatchResult octal) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8)));
    }

    /** The mount that a path is on: the longest, and of several at one point the last, which hides the others. */
    Optional<Mount> of(Path path) {
        return mounts.stream()
                .filter(mount -> path.startsWith(mount.point()))
                .reduce((one, other) -> LENGTH.compare(one, other) > 0 ? one : other);
    }

    private static final Comparator<Mount> LENGTH =
            Comparator.comparingInt(mount -> mount.point().getNameCount());

    /** Whether it is on a mount of its own, and not in the root file system. */
    boolean isMounted(Path path) {
        return of(path).filter(mount -> mount.point().getNameCount() > 0).isPresent();
    }
}
