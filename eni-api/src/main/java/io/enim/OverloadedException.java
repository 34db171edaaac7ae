// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** More operations are running or queued than the settings allow; nothing was begun. */
public final class OverloadedException extends EniException {
    private static final long serialVersionUID = 1L;

    /** Carries a message of the form that {@link EniException} describes. */
    public OverloadedException(String message, @Nullable Throwable cause) {
        super(message, cause, true);
    }

    /** As above, without cause. */
    public OverloadedException(String message) {
        this(message, null);
    }
}
