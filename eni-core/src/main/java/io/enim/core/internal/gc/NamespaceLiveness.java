package io.enim.core.internal.gc;

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

/**
 * Judges by the identity of the endpoint's namespace: the file at its path must be the one that was recorded. A
 * directory that is missing as a whole says nothing about what was in it: it may just not be mounted here.
 */
final class NamespaceLiveness implements Liveness {
    private static final Path PROC = Path.of("/proc");

    @Override
    public Verdict judge(Assignment assignment) {
        return assignment
                .sandbox()
                .map(this::judge)
                .orElseGet(() -> new Verdict(State.UNKNOWN, "it has no sandbox to look at"));
    }

    private Verdict judge(Sandbox sandbox) {
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
            return new Verdict(State.UNKNOWN, path + " cannot be looked at: " + e);
        }
    }

    private static Verdict missing(Path path) {
        Path directory = path.getParent();
        boolean visible = directory != null && Files.isDirectory(directory);
        return visible || path.startsWith(PROC)
                ? new Verdict(State.GONE, path + " is gone")
                : new Verdict(State.UNKNOWN, "directory " + directory + " is not there; is it mounted here?");
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) requireNonNull(attributes.get(name), name)).longValue();
    }
}
