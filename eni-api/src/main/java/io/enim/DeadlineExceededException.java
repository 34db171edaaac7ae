// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The call's time was used up. What was begun is undone or finished in the background; a repeated call, or a DEL, waits
 * for that first.
 */
public final class DeadlineExceededException extends EniException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final Duration timeout;

    /** Describes the operation with its values, the time it had, and in detail what it waited for and the next step. */
    public DeadlineExceededException(String operation, Duration timeout, String detail, @Nullable Throwable cause) {
        super(operation + ": not done within " + timeout.toMillis() + " ms; " + detail, cause, true);
        this.operation = operation;
        this.timeout = timeout;
    }

    /** The operation. */
    public String operation() {
        return operation;
    }

    /** The time it had. */
    public Duration timeout() {
        return timeout;
    }
}
