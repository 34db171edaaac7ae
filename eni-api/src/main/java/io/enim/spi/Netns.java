package io.enim.spi;

import java.nio.file.Path;

/**
 * An endpoint's network namespace, opened and checked. Holding it open keeps the namespace, and so its devices, from
 * coming home: close it as soon as the operation ends.
 */
public interface Netns extends AutoCloseable {
    /** The path it was opened by. */
    Path path();

    /** What it is. */
    NamespaceId id();

    /** Lets go. Idempotent; does not throw. */
    @Override
    void close();
}
