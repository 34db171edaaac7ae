// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

/** The region refuses a call, or loses its answer. */
public final class CloudRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public enum Reason {
        THROTTLED,
        /** The instance has all the ENIs it may have. */
        ENI_LIMIT,
        SUBNET_FULL,
        NO_SUCH_ENI,
        NO_SUCH_SUBNET,
        /** No such instance, or it is terminated. */
        NO_SUCH_INSTANCE,
        /** The instance is starting, or has stopped. */
        INSTANCE_NOT_RUNNING,
        /** The ENI's state does not allow it. */
        WRONG_STATE,
        /** The number at the instance is taken. */
        NUMBER_TAKEN,
        /** The token was used with other parameters. */
        TOKEN_MISMATCH,
        /** The credentials do not allow it. */
        NOT_PERMITTED,
        /** A fault before the call took effect. */
        UNAVAILABLE,
        /** The call took effect, and its answer was lost. */
        ANSWER_LOST
    }

    private final Reason reason;

    public CloudRefusal(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
