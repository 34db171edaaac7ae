// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The root of all errors that ENIM throws. Branch on the type, show the message, log the fields.
 *
 * <p>A message names the operation, its values, the rule that was broken and the next step. An error while cleaning up
 * is {@linkplain Throwable#getSuppressed() suppressed} by the first error and never replaces it. Its values may come from a
 * tenant, the kernel or a cloud: a message is one line, as {@link PrintableText#message} makes it.
 */
public abstract sealed class EniException extends RuntimeException
        permits ClosedException,
                DeadlineExceededException,
                DeviceException,
                InvalidRequestException,
                LedgerException,
                NoEniAvailableException,
                OverloadedException,
                ProviderException,
                SettingsException,
                SupersededException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    EniException(String message, @Nullable Throwable cause, boolean retryable) {
        super(PrintableText.message(message), cause);
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later without a change of the request: CNI's "try again later" (code 11). */
    public boolean isRetryable() {
        return retryable;
    }
}
