// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.liveness;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;
import io.enim.Assignment.Sandbox;
import io.enim.spi.Liveness;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Liveness by the identity of the endpoint's namespace: the file at its path must be the recorded one. A directory that
 * is missing as a whole is no evidence about its files: it may not be mounted here.
 *
 * <p>A namespace that the mount table shows at its path is alive; that is the common case and costs no system call. Every
 * other path is examined with {@code stat}: absence from a table is no evidence.
 */
final class NamespaceLiveness implements Liveness {
    private static final Path PROC = Path.of("/proc");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Verdict MOUNTED = new Verdict(State.ALIVE, "its namespace is mounted where it was");

    /** The mount table and the real paths of directories, as of one moment. */
    private record Snapshot(MountTable mounts, Map<Path, Optional<Path>> realDirectories) {}

    private final Path table;
    private volatile Snapshot snapshot = new Snapshot(MountTable.none(), Map.of());

    NamespaceLiveness() {
        this(MOUNTS);
    }

    /** Liveness by this mount table; for tests. */
    NamespaceLiveness(Path table) {
        this.table = table;
    }

    /** Reads the mount table, for the assessments until the next refresh. */
    void refresh() {
        MountTable mounts;
        try {
            mounts = MountTable.read(table, snapshot.mounts());
        } catch (IOException e) {
            // Without the table every path is examined.
            mounts = MountTable.none();
        }
        snapshot = new Snapshot(mounts, new ConcurrentHashMap<>());
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

    private static Verdict inspect(Sandbox sandbox) {
        Path path = sandbox.path();
        try {
            // Stat, not open: an open file would keep the namespace alive.
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
            NamespaceId now = new NamespaceId(number(attributes, "dev"), number(attributes, "ino"), 0);
            return now.isSame(sandbox.id())
                    ? new Verdict(State.ALIVE, path + " is the namespace it was given")
                    : new Verdict(State.GONE, path + " is now namespace " + now + ", not " + sandbox.id());
        } catch (NoSuchFileException e) {
            return missing(path);
        } catch (IOException | UnsupportedOperationException e) {
            return new Verdict(State.UNKNOWN, path + " cannot be examined: " + e);
        }
    }

    private static Verdict missing(Path path) {
        Path directory = path.getParent();
        boolean visible = directory != null && Files.isDirectory(directory);
        return visible || path.startsWith(PROC)
                ? new Verdict(State.GONE, path + " is gone")
                : new Verdict(State.UNKNOWN, "directory " + directory + " is missing; is it mounted here?");
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) requireNonNull(attributes.get(name), name)).longValue();
    }
}
