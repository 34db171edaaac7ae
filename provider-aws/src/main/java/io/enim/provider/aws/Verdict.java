package io.enim.provider.aws;

import io.enim.ProviderException.Refusal;
import java.util.Locale;

/**
 * What an answer of EC2 that is an error means. The one place that reads EC2's codes, and its texts where one code
 * stands for several things.
 */
enum Verdict {
    THROTTLED(After.RETRY, Refusal.THROTTLED, "the account's request rate is used up; back off, and lower the rate"),
    NOT_PERMITTED(
            After.GIVE_UP,
            Refusal.NOT_PERMITTED,
            "the credentials are missing, expired or lack the permission; see the IAM actions in the package's page"),
    ENI_LIMIT(After.GIVE_UP, Refusal.ENI_LIMIT, "the instance or the account has all it may have; lower the limit"),
    SUBNET_FULL(After.RETRY, Refusal.SUBNET_FULL, "the subnet has no free address; add subnets or wait"),
    NOT_FOUND(After.RETRY, Refusal.NOT_FOUND, "it is gone, or not visible yet; describe before acting again"),
    SETTING_NOT_FOUND(
            After.GIVE_UP, Refusal.NOT_FOUND, "a subnet or security group is unknown; correct enim.provider.aws.*"),
    INDEX_TAKEN(After.RETRY, Refusal.WRONG_STATE, "the device index is taken; take the next"),
    WRONG_STATE(After.RETRY, Refusal.WRONG_STATE, "its state does not allow this now; wait until it has changed"),
    INSTANCE_GONE(After.GIVE_UP, Refusal.INSTANCE_GONE, "this instance is terminated or stopped; nothing can attach"),
    TOKEN_MISMATCH(
            After.GIVE_UP,
            Refusal.TOKEN_MISMATCH,
            "the token was used with other parameters: one intent, one token, one set of settings"),
    FAILED(After.ASK_AGAIN, Refusal.UNAVAILABLE, "EC2 failed inside; describe before acting again"),
    LOST(After.ASK_AGAIN, Refusal.UNAVAILABLE, "there was no whole answer; describe before acting again"),
    REFUSED(After.GIVE_UP, Refusal.OTHER, "repeating does not help; correct the request or the settings");

    /** What may be done next. */
    enum After {
        /** No effect; may succeed later. */
        RETRY,
        /** No effect; repeating does not help. */
        GIVE_UP,
        /** It may have happened, when the call changes something. */
        ASK_AGAIN
    }

    final After after;
    final Refusal refusal;
    final String advice;

    Verdict(After after, Refusal refusal, String advice) {
        this.after = after;
        this.refusal = refusal;
        this.advice = advice;
    }

    /**
     * Judges an answer.
     *
     * @param status the HTTP status
     * @param code EC2's error code; empty when the body was not EC2's
     * @param text EC2's message
     */
    static Verdict of(int status, String code, String text) {
        String said = text.toLowerCase(Locale.ROOT);
        return switch (code) {
            case "RequestLimitExceeded",
                    "Throttling",
                    "ThrottlingException",
                    "ThrottledException",
                    "RequestThrottled",
                    "RequestThrottledException",
                    "EC2ThrottledException",
                    "TooManyRequestsException",
                    "SlowDown",
                    "BandwidthLimitExceeded" -> THROTTLED;
            case "UnauthorizedOperation",
                    "OperationNotPermitted",
                    "AccessDenied",
                    "AccessDeniedException",
                    "AuthFailure",
                    "InvalidClientTokenId",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "UnrecognizedClientException",
                    "MissingAuthenticationToken",
                    "InvalidSecurityToken",
                    "ExpiredToken",
                    "ExpiredTokenException",
                    "RequestExpired",
                    "OptInRequired",
                    "Blocked",
                    "PendingVerification" -> NOT_PERMITTED;
            case "AttachmentLimitExceeded", "NetworkInterfaceLimitExceeded" -> ENI_LIMIT;
            case "InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks" -> SUBNET_FULL;
            case "InvalidNetworkInterfaceID.NotFound", "InvalidAttachmentID.NotFound" -> NOT_FOUND;
            case "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound" ->
                SETTING_NOT_FOUND;
            case "InvalidInstanceID.NotFound", "IncorrectInstanceState" -> INSTANCE_GONE;
            case "InvalidNetworkInterface.InUse" -> WRONG_STATE;
            case "IncorrectState" -> said.contains("is not 'running'") ? INSTANCE_GONE : WRONG_STATE;
            case "IdempotentParameterMismatch" -> TOKEN_MISMATCH;
            case "InvalidParameterValue" -> ofParameter(said);
            // EC2 says these with a status of 4xx or 5xx; both leave open what was done.
            case "InternalError", "InternalFailure", "ServerInternal", "Unavailable", "ServiceUnavailable" -> FAILED;
            default -> ofStatus(status, code);
        };
    }

    /** One code for most of what can be wrong with a value, and the text is the only difference. */
    private static Verdict ofParameter(String said) {
        if (said.contains("already has an interface attached at device index")) {
            return INDEX_TAKEN;
        }
        if (said.contains("currently in use")) {
            return WRONG_STATE;
        }
        return said.contains("is not 'running'") ? INSTANCE_GONE : REFUSED;
    }

    private static Verdict ofStatus(int status, String code) {
        if (status == 429) {
            return THROTTLED;
        }
        if (status >= 500 || status == 408) {
            return FAILED;
        }
        return code.isEmpty() && (status == 401 || status == 403) ? NOT_PERMITTED : REFUSED;
    }
}
