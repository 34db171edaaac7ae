// SPDX-License-Identifier: Apache-2.0
package io.enim.spi;

import java.nio.file.Path;

/**
 * An endpoint's network namespace, opened and checked. While it is open the namespace exists, and its devices do not fall
 * back to the host: close it as soon as the operation ends.
 */
public interface Netns extends AutoCloseable {
    /** The path that was opened. */
    Path path();

    /** Its identity. */
    NamespaceId id();

    /** Closes the namespace. Idempotent; does not throw. */
    @Override
    void close();
}
