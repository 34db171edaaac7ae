package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The call may or may not have taken effect: the answer was lost, late or unreadable. Core describes the cloud
 * before it acts again, and repeats a creation only with the same token.
 */
public final class AmbiguousProviderException extends ProviderException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes the refusal.
     *
     * @param refusal why the cloud refused
     * @param code the cloud's own error code, or empty
     * @param message the operation, its values, the rule and the next step
     */
    public AmbiguousProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(refusal, code, message, cause);
    }

    /** As above, without cause. */
    public AmbiguousProviderException(Refusal refusal, String code, String message) {
        this(refusal, code, message, null);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
