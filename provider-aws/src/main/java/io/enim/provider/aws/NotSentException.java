package io.enim.provider.aws;

import java.io.IOException;

/** No byte of the request left this machine: whatever it asked for has not happened. */
final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}
