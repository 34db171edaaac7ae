// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What keeps a network namespace alive and can be opened by a path: a name, a process or thread that is in it, a mount in any
 * mount namespace, a descriptor of any process. A socket keeps one alive too, and shows it to no other process.
 *
 * <p>Reads links and tables of /proc, and opens nothing: what is behind a descriptor may block.
 */
public final class NetnsHolders {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern NETWORK = Pattern.compile("net:\\[(\\d{1,18})]");
    /** In a line of mountinfo: what of nsfs is mounted, and where, if that has a plain name. */
    private static final Pattern MOUNT = Pattern.compile("\\S+ \\S+ \\S+ net:\\[(\\d{1,18})] (/[!-~]*) .* - nsfs .*");

    /** In fdinfo, since Linux 5.14. */
    private static final Pattern INODE = Pattern.compile("ino:\\s+(\\d{1,18})");
    /** {@code PROC_DYNAMIC_FIRST}: no namespace has a lower inode. */
    private static final long FIRST_OF_PROC = 0xf000_0000L;

    /** What the kernel escapes in a path ({@code show_mountinfo}, fs/proc_namespace.c): tab, newline, space and backslash. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(011|012|040|134)");

    private final Map<Long, Path> paths = new LinkedHashMap<>();
    private final Set<String> mountNamespaces = new HashSet<>();

    private NetnsHolders() {}

    /** A path to each namespace that this process can see now, by the namespace's inode. */
    public static Map<Long, Path> paths() {
        NetnsHolders holders = new NetnsHolders();
        NetnsPaths.named().forEach(holders::name);
        list(PROC, "[0-9]*").forEach(holders::process);
        return holders.paths;
    }

    private void name(Path path) {
        try {
            paths.putIfAbsent((Long) Files.getAttribute(path, "unix:ino"), path);
        } catch (IOException e) {
            // Its name was removed meanwhile.
        }
    }

    private void process(Path process) {
        link(process.resolve("ns/net"));
        List<Path> threads = list(process.resolve("task"), "*");
        if (threads.size() > 1) {
            threads.forEach(thread -> link(thread.resolve("ns/net")));
        }
        list(process.resolve("fd"), "*").forEach(descriptor -> {
            link(descriptor);
            if (target(descriptor).equals("/")) {
                unmounted(process, descriptor);
            }
        });
        String mountNamespace = target(process.resolve("ns/mnt"));
        if (!mountNamespace.isEmpty() && !mountNamespaces.contains(mountNamespace)) {
            mounts(process, mountNamespace);
        }
    }

    private void link(Path path) {
        Matcher network = NETWORK.matcher(target(path));
        if (network.matches()) {
            paths.putIfAbsent(Long.parseLong(network.group(1)), path);
        }
    }

    /** A name that was removed while a process had it open shows as the root; only its inode tells what it is. */
    private void unmounted(Path process, Path descriptor) {
        Path table = process.resolve("fdinfo").resolve(descriptor.getFileName());
        try {
            for (String line : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
                Matcher inode = INODE.matcher(line);
                if (inode.matches() && Long.parseLong(inode.group(1)) >= FIRST_OF_PROC) {
                    paths.putIfAbsent(Long.parseLong(inode.group(1)), descriptor);
                }
            }
        } catch (IOException e) {
            // The process has ended.
        }
    }

    /** Nothing when the process has ended, or this process may not see it. */
    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private void mounts(Path process, String mountNamespace) {
        Path table = process.resolve("mountinfo");
        try (Stream<String> lines = Files.lines(table, StandardCharsets.ISO_8859_1)) {
            lines.map(NetnsHolders::mount)
                    .flatMap(Optional::stream)
                    .forEach(mount -> paths.putIfAbsent(mount.namespace(), Path.of(process + "/root" + mount.point())));
            mountNamespaces.add(mountNamespace);
        } catch (IOException | UncheckedIOException e) {
            // The process has ended; another one shows the same mounts.
        }
    }

    /** A mount of a network namespace, and where. */
    record Mount(long namespace, String point) {}

    /** What a line of mountinfo mounts; empty where that is no network namespace, or its place has no plain name. */
    static Optional<Mount> mount(String line) {
        Matcher mount = MOUNT.matcher(line);
        return mount.matches()
                ? Optional.of(new Mount(
                        Long.parseLong(mount.group(1)),
                        ESCAPE.matcher(mount.group(2)).replaceAll(NetnsHolders::unescape)))
                : Optional.empty();
    }

    private static String unescape(MatchResult octal) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8)));
    }

    private static List<Path> list(Path directory, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }
}
