// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.ProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ErrorAnswer;
import io.enim.provider.support.ErrorClass;
import io.enim.provider.support.ProviderErrors;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Turns what the SDK throws into ENIM's errors, by what may be done next. */
final class Ec2Errors {
    /** EC2's codes that say one thing. Both 4xx and 5xx come with those of FAILED; either leaves open what was done. */
    private static final Map<String, ErrorClass> CODES = ErrorClass.table("""
            THROTTLED RequestLimitExceeded Throttling ThrottlingException ThrottledException RequestThrottled
            THROTTLED RequestThrottledException EC2ThrottledException TooManyRequestsException SlowDown
            THROTTLED BandwidthLimitExceeded
            NOT_PERMITTED UnauthorizedOperation AccessDenied AccessDeniedException AuthFailure AccountDisabled
            NOT_PERMITTED InvalidClientTokenId SignatureDoesNotMatch IncompleteSignature UnrecognizedClientException
            NOT_PERMITTED MissingAuthenticationToken InvalidSecurityToken ExpiredToken ExpiredTokenException
            NOT_PERMITTED RequestExpired OptInRequired Blocked PendingVerification TagPolicyViolation
            NOT_PERMITTED RequestTimeTooSkewed RequestInTheFuture InvalidSignatureException
            NOT_PERMITTED InvalidSecurity.RequestHasExpired
            ENI_LIMIT AttachmentLimitExceeded NetworkInterfaceLimitExceeded ResourceLimitExceeded
            SUBNET_FULL InsufficientFreeAddressesInSubnet InsufficientCidrBlocks
            NOT_FOUND InvalidNetworkInterfaceID.NotFound InvalidNetworkInterface.NotFound
            NOT_FOUND InvalidNetworkInterfaceId.NotFound InvalidAttachmentID.NotFound
            SETTING_NOT_FOUND InvalidSubnetID.NotFound InvalidSubnetId.NotFound InvalidSubnet InvalidGroup.NotFound
            SETTING_NOT_FOUND InvalidSecurityGroupID.NotFound InvalidSecurityGroupId.NotFound
            INSTANCE_NOT_RUNNING InvalidInstanceID InvalidInstanceID.NotFound InvalidInstanceState IncorrectInstanceState
            WRONG_STATE InvalidNetworkInterface.InUse InvalidState DependencyViolation ConcurrentTagAccess
            TOKEN_MISMATCH IdempotentParameterMismatch
            LOST InvalidNextToken InvalidPaginationToken
            FAILED InternalError InternalFailure ServerInternal Unavailable ServiceUnavailable RetryableError
            FAILED RequestTimeout RequestTimeoutException PriorRequestNotComplete
            REFUSED OperationNotPermitted
            """);

    /** What codes are called that are in no table, by kind; the first that fits. */
    private static final Map<Pattern, ErrorClass> WORDS = words(
            "throttl|ratelimit|requestlimit|toomanyrequest", ErrorClass.THROTTLED,
            "expired|signature|accessdenied|unauthorized|authfail|credential|skew", ErrorClass.NOT_PERMITTED,
            "insufficient.*(address|cidr|ip)|subnet.*full", ErrorClass.SUBNET_FULL,
            "(interface|attachment|eni).*limitexceeded", ErrorClass.ENI_LIMIT,
            "(interface|attachment).*notfound", ErrorClass.NOT_FOUND,
            "(subnet|group|vpc).*notfound", ErrorClass.SETTING_NOT_FOUND,
            "instance.*(notfound|state)", ErrorClass.INSTANCE_NOT_RUNNING,
            "state|inuse|dependency|concurrent|conflict", ErrorClass.WRONG_STATE);

    private static final Pattern SIDE = Pattern.compile("^(Client|Server)\\.");
    private static final Pattern NOT_RUNNING =
            Pattern.compile("is not '?running|instance.*\\bpending\\b|not in a valid state");
    private static final Pattern NO_ROOM = Pattern.compile("(sufficient|enough) free");

    private static Map<Pattern, ErrorClass> words(Object... pairs) {
        Map<Pattern, ErrorClass> words = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            words.put(Pattern.compile((String) pairs[i]), (ErrorClass) pairs[i + 1]);
        }
        return words;
    }

    private Ec2Errors() {}

    static ProviderException translate(CloudRequest request, RuntimeException thrown) {
        if (thrown instanceof AwsServiceException refused) {
            ErrorAnswer answer = answer(refused);
            return ProviderErrors.answered(request, answer, classify(answer), refused);
        }
        return ProviderErrors.unanswered(request, thrown);
    }

    /** Whether EC2 refused to attach because the device index, and nothing else, is taken. */
    static boolean isIndexTaken(ProviderException refused) {
        return refused.getCause() instanceof AwsServiceException answered
                && classify(answer(answered)) == ErrorClass.SLOT_TAKEN;
    }

    /** Whether EC2 refused since the instance is not running: it starts, or has ended. */
    static boolean isInstanceNotRunning(ProviderException refused) {
        return refused.getCause() instanceof AwsServiceException answered
                && classify(answer(answered)) == ErrorClass.INSTANCE_NOT_RUNNING;
    }

    private static ErrorAnswer answer(AwsServiceException refused) {
        Optional<AwsErrorDetails> details = Optional.ofNullable(refused.awsErrorDetails());
        return new ErrorAnswer(
                refused.statusCode(),
                details.map(AwsErrorDetails::errorCode).orElse(""),
                details.map(AwsErrorDetails::errorMessage).orElse(""),
                String.valueOf(refused.requestId()));
    }

    /** What an answer means. The one place that reads EC2's codes, and its texts where one code says several things. */
    private static ErrorClass classify(ErrorAnswer answer) {
        String said = answer.text().toLowerCase(Locale.ROOT);
        String code = SIDE.matcher(answer.code()).replaceFirst("");
        ErrorClass known = CODES.get(code);
        return switch (code) {
            case "IncorrectState" ->
                NOT_RUNNING.matcher(said).find() ? ErrorClass.INSTANCE_NOT_RUNNING : ErrorClass.WRONG_STATE;
            case "InvalidParameterValue" -> ofParameter(said);
            default -> known == null ? ofStatus(answer.status(), code) : known;
        };
    }

    /** One code for most of what can be wrong with a value, and the text is the only difference. */
    private static ErrorClass ofParameter(String said) {
        if (said.contains("already has an interface attached at device index")) {
            return ErrorClass.SLOT_TAKEN;
        }
        if (said.contains("currently in use")) {
            return ErrorClass.WRONG_STATE;
        }
        if (NO_ROOM.matcher(said).find()) {
            return ErrorClass.SUBNET_FULL;
        }
        return NOT_RUNNING.matcher(said).find() ? ErrorClass.INSTANCE_NOT_RUNNING : ErrorClass.REFUSED;
    }

    private static ErrorClass ofStatus(int status, String code) {
        if (status == 429) {
            return ErrorClass.THROTTLED;
        }
        String words = code.toLowerCase(Locale.ROOT);
        ErrorClass called = WORDS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(words).find())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ErrorClass.REFUSED);
        if (called == ErrorClass.THROTTLED) {
            return called;
        }
        if (status >= 500 || status == 408) {
            return ErrorClass.FAILED;
        }
        return called == ErrorClass.REFUSED && (status == 401 || status == 403) ? ErrorClass.NOT_PERMITTED : called;
    }
}
