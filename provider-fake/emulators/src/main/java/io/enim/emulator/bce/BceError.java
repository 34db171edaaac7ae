// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import io.enim.provider.fake.region.CloudRefusal;
import java.util.Map;

/** An answer that is an error, in BCE's form. */
final class BceError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    private final String code;
    private final String text;

    BceError(int status, String code, String text) {
        super(code + ": " + text, null, false, false);
        this.status = status;
        this.code = code;
        this.text = text;
    }

    static void require(boolean holds, int status, String code, String text) {
        if (!holds) {
            throw new BceError(status, code, text);
        }
    }

    static void require(boolean holds, String text) {
        require(holds, 400, "BadRequest", text);
    }

    String body(String requestId) {
        return Json.text(Map.of("code", code, "message", text, "requestId", requestId));
    }

    /**
     * BCE's errors for the region's refusals. Codes of common errors are documented; those of ENIs are the ones that
     * clients in the field match on.
     *
     * @param turn where there are several codes for one thing, they are used in turn
     */
    static BceError of(CloudRefusal cloudRefusal, int turn) {
        String text = String.valueOf(cloudRefusal.getMessage());
        return switch (cloudRefusal.reason()) {
            case THROTTLED -> new BceError(429, "RateLimit", "request rate limit exceeded");
            case ENI_LIMIT -> new BceError(400, "ExceedLimitException", "the number of eni exceeds the limit");
            case SUBNET_FULL ->
                new BceError(
                        400,
                        turn % 2 == 0 ? "SubnetHasNoMoreIpException" : "SubnetHasNoMoreIp",
                        "the subnet has no more ip");
            case NO_SUCH_ENI -> new BceError(400, "EniIdException", "The param eniId is invalid");
            case NO_SUCH_SUBNET -> new BceError(404, "NoSuchObject", "subnet not exist");
            case NO_SUCH_INSTANCE -> new BceError(400, "NoSuchObject", "instance not exist");
            case INSTANCE_NOT_RUNNING ->
                new BceError(400, "InvalidInstanceStatus", "the instance is being created and does not allow this");
            case WRONG_STATE, NUMBER_TAKEN -> new BceError(400, "EniStatusException", text);
            case TOKEN_MISMATCH ->
                new BceError(
                        403,
                        "IdempotentParameterMismatch",
                        "The request uses the same client token as a previous, but non-identical request");
            case NOT_PERMITTED -> new BceError(403, "AccessDenied", "Access denied: no permission for this operation");
            case UNAVAILABLE, ANSWER_LOST ->
                new BceError(500, "InternalError", "We encountered an internal error. Please try again.");
        };
    }
}
