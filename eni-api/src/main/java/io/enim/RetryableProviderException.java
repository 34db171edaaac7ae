// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** The call had no effect and may succeed later; core backs off and tries again. */
public final class RetryableProviderException extends ProviderException {
    private static final long serialVersionUID = 1L;

    /** Describes the refusal; the code is the cloud's own, or empty. */
    public RetryableProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(refusal, code, message, cause, true);
    }

    /** As above, without cause. */
    public RetryableProviderException(Refusal refusal, String code, String message) {
        this(refusal, code, message, null);
    }
}
