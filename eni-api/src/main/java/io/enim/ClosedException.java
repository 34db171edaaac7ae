// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** The manager or provider is closed or closing; nothing was begun. */
public final class ClosedException extends EniException {
    private static final long serialVersionUID = 1L;

    /** Carries a message of the form that {@link EniException} describes. */
    public ClosedException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }

    /** As above, without cause. */
    public ClosedException(String message) {
        this(message, null);
    }
}
