package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The cloud refused, failed, or left open what it did. The subtype says what may be done next; the
 * {@link #refusal()} says why, so that a limiter or breaker can act on it without reading text.
 */
public abstract sealed class ProviderException extends EniException
        permits RetryableProviderException, AmbiguousProviderException, FatalProviderException {
    private static final long serialVersionUID = 1L;

    /** Why a cloud said no. */
    public enum Refusal {
        /** Too many calls; slow down. */
        THROTTLED,
        /** The instance or account has all the ENIs it may have; the limit is lower than believed. */
        ENI_LIMIT,
        /** The subnet has no free address. */
        SUBNET_FULL,
        /** The object is not known there, or not yet. */
        NOT_FOUND,
        /** The object is in a state that does not allow this now. */
        WRONG_STATE,
        /** The credentials do not allow it, or are missing. */
        NOT_PERMITTED,
        /** This instance is gone or stopped at the cloud's side. */
        INSTANCE_GONE,
        /** A token was used again with other parameters. */
        TOKEN_MISMATCH,
        /** The cloud could not be reached or failed inside. */
        UNAVAILABLE,
        /** Anything else. */
        OTHER
    }

    private final Refusal refusal;
    private final String code;

    ProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
        this.code = code;
    }

    /** Why the cloud said no. */
    public Refusal refusal() {
        return refusal;
    }

    /** The cloud's own error code; empty where it gave none. */
    public String code() {
        return code;
    }
}
