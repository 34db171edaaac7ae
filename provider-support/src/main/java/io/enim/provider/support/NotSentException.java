// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No byte of the request left this machine: whatever it asked for has not happened. */
public final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
