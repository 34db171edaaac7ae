// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The paths by which network namespaces of this machine can be opened. */
public final class NetnsPaths {
    /** Where iproute2 and most runtimes pin namespaces. */
    public static final Path NAMED = Path.of("/run/netns");

    private static final Path PROC = Path.of("/proc");

    private NetnsPaths() {}

    /** One path for each namespace that has one: named ones first, then those that only processes are in. */
    public static List<Path> distinct() {
        Set<Object> seen = new HashSet<>();
        Stream<Path> ofProcesses = children(PROC, "[0-9]*").stream().map(process -> process.resolve("ns/net"));
        return Stream.concat(named().stream(), ofProcesses)
                .filter(path -> isNew(path, seen))
                .toList();
    }

    static List<Path> named() {
        return children(NAMED, "*");
    }

    private static boolean isNew(Path path, Set<Object> seen) {
        try {
            return seen.add(Files.getAttribute(path, "unix:ino"));
        } catch (IOException e) {
            // It ended since it was listed, or this user may not read it: opening it tells which.
            return Files.exists(path);
        }
    }

    /** Whether this process has its ids from no other user namespace, so that it may be permitted all. */
    public static boolean isInitialUserNamespace() {
        Path map = PROC.resolve("self/uid_map");
        try {
            return Files.readString(map).strip().matches("0\\s+0\\s+4294967295");
        } catch (IOException e) {
            throw failure("read", map, Errno.EIO, e);
        }
    }

    static List<Path> children(Path directory, String glob) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
                stream.forEach(children::add);
            } catch (IOException e) {
                throw failure("list namespaces in", directory, Errno.EIO, e);
            }
        }
        children.sort(null);
        return children;
    }

    static NetlinkException failure(String operation, Path path, Errno errno, IOException e) {
        return new NetlinkException(operation, path.toString(), errno.number(), String.valueOf(e.getMessage()), e);
    }
}
