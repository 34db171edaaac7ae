// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.liveness;

import io.enim.Assignment;
import io.enim.Assignment.Sandbox;
import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Liveness by the identity of the endpoint's namespace: the file at its path must be the recorded one. A directory that
 * is missing as a whole is no evidence about its files: it may not be mounted here.
 *
 * <p>A namespace that the mount table shows at its path is alive, which costs no system call. Every other path is examined
 * with {@code stat}: absence from a table is no evidence. A table that is long beside the assignments is not read.
 */
final class NamespaceLiveness implements Liveness {
    private static final Path PROC = Path.of("/proc");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Verdict MOUNTED = new Verdict(State.ALIVE, "its namespace is mounted where it was");

    /** The mount table and the real paths of directories, as of one moment. */
    private record Snapshot(MountTable mounts, Map<Path, Optional<Path>> realDirectories) {}

    private final Disk disk;
    /** Of the table when it was last read. */
    private volatile int lines;

    private volatile Snapshot snapshot = new Snapshot(MountTable.none(), Map.of());

    NamespaceLiveness(Disk disk) {
        this.disk = disk;
    }

    /** Reads what the assessments of this many assignments share, until the next refresh. */
    void refresh(int assignments) {
        // A stat takes the kernel as long as one and a half lines, and most lines are of other mounts.
        boolean pays = lines <= assignments + assignments / 2;
        snapshot = new Snapshot(pays ? readTable() : MountTable.none(), new ConcurrentHashMap<>());
    }

    private MountTable readTable() {
        try {
            MountTable read = MountTable.read(disk, MOUNTS, snapshot.mounts());
            lines = read.lines();
            return read;
        } catch (IOException e) {
            // Without the table every path is examined.
            return MountTable.none();
        }
    }

    @Override
    public Verdict assess(Assignment assignment) {
        Optional<Sandbox> sandbox = assignment.sandbox();
        if (sandbox.isEmpty()) {
            return new Verdict(State.UNKNOWN, "it has no sandbox to examine");
        }
        return isMounted(sandbox.get(), snapshot) ? MOUNTED : inspect(sandbox.get());
    }

    private static boolean isMounted(Sandbox sandbox, Snapshot view) {
        if (view.mounts().size() == 0) {
            return false;
        }
        Path path = sandbox.path();
        Optional<NamespaceId> there = view.mounts().at(path.toString());
        if (there.isEmpty() && path.getParent() != null) {
            // The table has real paths; runtimes often use /var/run, which is a link.
            there = view.realDirectories()
                    .computeIfAbsent(path.getParent(), NamespaceLiveness::real)
                    .flatMap(directory -> view.mounts()
                            .at(directory.resolve(path.getFileName()).toString()));
        }
        return there.filter(sandbox.id()::isSame).isPresent();
    }

    private static Optional<Path> real(Path directory) {
        try {
            return Optional.of(directory.toRealPath());
        } catch (IOException e) {
            // Each path in it is then examined, and reports the error.
            return Optional.empty();
        }
    }

    private Verdict inspect(Sandbox sandbox) {
        Path path = sandbox.path();
        try {
            NamespaceId now = disk.identity(path);
            return now.isSame(sandbox.id())
                    ? new Verdict(State.ALIVE, path + " is the namespace it was given")
                    : new Verdict(State.GONE, path + " is now namespace " + now + ", not " + sandbox.id());
        } catch (NoSuchFileException e) {
            return missing(path);
        } catch (IOException | UnsupportedOperationException e) {
            return new Verdict(State.UNKNOWN, path + " cannot be examined: " + e);
        }
    }

    private Verdict missing(Path path) {
        Path directory = path.getParent();
        boolean visible = directory != null && isThere(directory);
        return visible || path.startsWith(PROC)
                ? new Verdict(State.GONE, path + " is gone")
                : new Verdict(State.UNKNOWN, "directory " + directory + " is missing; is it mounted here?");
    }

    private boolean isThere(Path directory) {
        try {
            disk.identity(directory);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
