package io.enim;

import org.jspecify.annotations.Nullable;

/** The call had no effect and may succeed later; core backs off and tries again. */
public final class RetryableProviderException extends ProviderException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes the refusal.
     *
     * @param refusal why the cloud refused
     * @param code the cloud's own error code, or empty
     * @param message the operation, its values, the rule and the next step
     */
    public RetryableProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(refusal, code, message, cause);
    }

    /** As above, without cause. */
    public RetryableProviderException(Refusal refusal, String code, String message) {
        this(refusal, code, message, null);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
