// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The node's records could not be read or written. The operation was not begun, or was undone. */
public final class LedgerException extends EniException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    /**
     * Describes the failure.
     *
     * @param path the file or directory
     * @param rule what is expected of it, and the next step
     */
    public LedgerException(String operation, Path path, String rule, @Nullable Throwable cause) {
        super(operation + " " + path + ": " + rule, cause, true);
        this.path = path;
    }

    /** The file or directory. */
    public Path path() {
        return path;
    }
}
