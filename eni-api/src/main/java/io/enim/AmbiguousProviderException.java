// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The call may or may not have taken effect: the answer was lost, late or unreadable. Core describes the cloud before it
 * acts again, and repeats a creation only with the same token.
 */
public final class AmbiguousProviderException extends ProviderException {
    private static final long serialVersionUID = 1L;

    /** Describes the refusal; the code is the cloud's own, or empty. */
    public AmbiguousProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(refusal, code, message, cause, true);
    }

    /** As above, without cause. */
    public AmbiguousProviderException(Refusal refusal, String code, String message) {
        this(refusal, code, message, null);
    }
}
