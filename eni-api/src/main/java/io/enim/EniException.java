package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The root of every error ENIM raises. Branch on the type, show the message, log the fields.
 *
 * <p>A message names the operation, its values, the rule that was broken and the next step. An error while cleaning up
 * is {@linkplain Throwable#getSuppressed() suppressed} onto the first error, never in its place.
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

    EniException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether the same call may succeed later without anybody changing the request: CNI's "try again later" (code 11).
     */
    public abstract boolean isRetryable();
}
