// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** A DEL of the same endpoint arrived while this ADD was running; the ADD was undone. */
public final class SupersededException extends EniException {
    private static final long serialVersionUID = 1L;

    /** Carries a message of the form that {@link EniException} describes. */
    public SupersededException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }

    /** As above, without cause. */
    public SupersededException(String message) {
        this(message, null);
    }
}
