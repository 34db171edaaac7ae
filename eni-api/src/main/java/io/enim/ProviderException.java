// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/**
 * The cloud refused, failed, or left its effect unknown. The subtype tells what may be done next; {@link #refusal()} tells
 * why, so that a rate limiter or circuit breaker need not parse text.
 */
public abstract sealed class ProviderException extends EniException
        permits RetryableProviderException, AmbiguousProviderException, FatalProviderException {
    private static final long serialVersionUID = 1L;

    /** Why a cloud refused. */
    public enum Refusal {
        /** Too many calls; slow down. */
        THROTTLED,
        /** The instance or account has all the ENIs it may have; the limit is lower than believed. */
        ENI_LIMIT,
        /** The subnet has no free address. */
        SUBNET_FULL,
        /** The cloud does not know the object, or not yet. */
        NOT_FOUND,
        /** The object is in a state that does not allow this now. */
        WRONG_STATE,
        /** The credentials do not allow it, or are missing. */
        NOT_PERMITTED,
        /** The cloud says that this instance is gone or stopped. */
        INSTANCE_GONE,
        /** A token was used again with other parameters. */
        TOKEN_MISMATCH,
        /** The cloud could not be reached or had an internal error. */
        UNAVAILABLE,
        /** Anything else. */
        OTHER
    }

    private final Refusal refusal;
    private final String code;

    ProviderException(Refusal refusal, String code, String message, @Nullable Throwable cause, boolean retryable) {
        super(message, cause, retryable);
        this.refusal = refusal;
        this.code = code;
    }

    /** Why the cloud refused. */
    public Refusal refusal() {
        return refusal;
    }

    /** The cloud's own error code; empty where it gave none. */
    public String code() {
        return code;
    }
}
