// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import org.jspecify.annotations.Nullable;

/** There is nothing to sign with, so nothing was sent. The message says where it was looked for, not what was found. */
public final class CredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CredentialsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
