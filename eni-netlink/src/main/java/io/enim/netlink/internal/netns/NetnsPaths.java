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

/** The paths by which network namespaces of this machine can be opened. */
public final class NetnsPaths {
    /** Where iproute2 and most runtimes pin namespaces. */
    public static final Path NAMED = Path.of("/run/netns");

    private static final Path PROC = Path.of("/proc");

    private NetnsPaths() {}

    /** One path for each namespace that has one: named ones first, then those that only processes are in. */
    public static List<Path> distinct() {
        Set<Object> seen = new HashSet<>();
        List<Path> paths = new ArrayList<>();
        for (Path path : children(NAMED, "*")) {
            addNew(path, seen, paths);
        }
        for (Path process : children(PROC, "[0-9]*")) {
            addNew(process.resolve("ns/net"), seen, paths);
        }
        return paths;
    }

    private static void addNew(Path path, Set<Object> seen, List<Path> paths) {
        try {
            if (seen.add(Files.getAttribute(path, "unix:ino"))) {
                paths.add(path);
            }
        } catch (IOException e) {
            // It ended since it was listed, or this user may not read it: opening it tells which.
            if (Files.exists(path)) {
                paths.add(path);
            }
        }
    }

    static List<Path> children(Path directory, String glob) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
                stream.forEach(children::add);
            } catch (IOException e) {
                throw new NetlinkException(
                        "list namespaces in",
                        directory.toString(),
                        Errno.EIO.number(),
                        String.valueOf(e.getMessage()),
                        e);
            }
        }
        children.sort(null);
        return children;
    }
}
