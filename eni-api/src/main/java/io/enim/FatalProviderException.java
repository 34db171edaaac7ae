// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** The call had no effect and repeating it unchanged does not help; core reports it and opens a breaker. */
public final class FatalProviderException extends ProviderException {
    private static final long serialVersionUID = 1L;

    /** Describes the refusal; the code is the cloud's own, or empty. */
    public FatalProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(refusal, code, message, cause, false);
    }

    /** As above, without cause. */
    public FatalProviderException(Refusal refusal, String code, String message) {
        this(refusal, code, message, null);
    }
}
