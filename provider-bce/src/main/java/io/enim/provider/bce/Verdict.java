package io.enim.provider.bce;

import io.enim.ProviderException.Refusal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an answer of BCE that is an error means. The one place that reads BCE's codes.
 *
 * <p>BCE documents its common codes; those of ENIs are known from what clients in the field match on. Codes that are
 * neither are read by their words, and by the status last.
 */
enum Verdict {
    THROTTLED(After.RETRY, Refusal.THROTTLED, "the account's request rate is used up; back off, and lower the rate"),
    NOT_PERMITTED(
            After.GIVE_UP,
            Refusal.NOT_PERMITTED,
            "the keys are missing, expired or lack the permission, or this machine's clock is wrong"),
    ENI_LIMIT(After.GIVE_UP, Refusal.ENI_LIMIT, "the instance or the VPC has all it may have; lower the limit"),
    SUBNET_FULL(After.RETRY, Refusal.SUBNET_FULL, "the subnet has no free address; add subnets or wait"),
    NOT_FOUND(After.RETRY, Refusal.NOT_FOUND, "it is gone, or not visible yet; describe before acting again"),
    WRONG_STATE(After.RETRY, Refusal.WRONG_STATE, "its state does not allow this now; wait until it has changed"),
    INSTANCE_GONE(After.GIVE_UP, Refusal.INSTANCE_GONE, "this instance is unknown there; nothing can attach"),
    TOKEN_MISMATCH(
            After.GIVE_UP,
            Refusal.TOKEN_MISMATCH,
            "the token was used with other parameters: one intent, one token, one set of settings"),
    FAILED(After.ASK_AGAIN, Refusal.UNAVAILABLE, "the cloud failed inside; describe before acting again"),
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

    private static final Pattern RATE = Pattern.compile(".*(ratelimit|toomanyrequest|throttl|requestlimit).*");
    private static final Pattern LIMIT = Pattern.compile(".*(quota|limit).*exceed.*|.*exceed.*(quota|limit).*");
    private static final Pattern STATE = Pattern.compile(".*(status|state|inuse|conflict|notavailable).*");
    private static final Pattern ABSENT = Pattern.compile(".*(notfound|notexist|nosuch).*");

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
     * @param code BCE's error code; empty when the body was not BCE's
     * @param text BCE's message
     */
    static Verdict of(int status, String code, String text) {
        return switch (code) {
            case "RateLimit" -> THROTTLED;
            case "AccessDenied",
                    "InvalidAccessKeyId",
                    "InvalidHTTPAuthHeader",
                    "SignatureDoesNotMatch",
                    "RequestExpired",
                    "OptInRequired",
                    "QualifyNotPass" -> NOT_PERMITTED;
            case "ExceedLimitException", "QuotaLimitExceeded", "LimitExceeded", "VmMemoryCanNotAttachMoreIpException" ->
                ENI_LIMIT;
            case "SubnetHasNoMoreIpException", "SubnetHasNoMoreIp" -> SUBNET_FULL;
            case "EniIdException", "EniNotFoundException" -> NOT_FOUND;
            case "NoSuchObject" -> ofAbsent(text);
            case "IdempotentParameterMismatch" -> TOKEN_MISMATCH;
            case "InternalError", "ServiceUnavailable" -> FAILED;
            default -> ofWords(status, code.toLowerCase(Locale.ROOT), text);
        };
    }

    /** One code for whatever is missing; only its text says what. */
    private static Verdict ofAbsent(String text) {
        String said = text.toLowerCase(Locale.ROOT);
        if (said.contains("account")) {
            return NOT_PERMITTED;
        }
        return said.contains("instance") ? INSTANCE_GONE : NOT_FOUND;
    }

    private static Verdict ofWords(int status, String code, String text) {
        if (status == 429 || RATE.matcher(code).matches()) {
            return THROTTLED;
        }
        if (status >= 500 || status == 408) {
            return FAILED;
        }
        if (LIMIT.matcher(code).matches()) {
            return ENI_LIMIT;
        }
        if (ABSENT.matcher(code).matches() || status == 404) {
            return ofAbsent(code + " " + text);
        }
        if (STATE.matcher(code).matches() || status == 409) {
            return WRONG_STATE;
        }
        return status == 401 || status == 403 ? NOT_PERMITTED : REFUSED;
    }
}
