// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.ProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ErrorAnswer;
import io.enim.provider.support.ErrorClass;
import io.enim.provider.support.ProviderErrors;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Turns what the SDK throws into ENIM's errors, by what may be done next. */
final class Ec2Errors {
    /** EC2's codes that say one thing. Both 4xx and 5xx come with those of FAILED; either leaves open what was done. */
    private static final Map<String, ErrorClass> CODES = ErrorClass.table("""
            THROTTLED RequestLimitExceeded Throttling ThrottlingException ThrottledException RequestThrottled
            THROTTLED RequestThrottledException EC2ThrottledException TooManyRequestsException SlowDown
            THROTTLED BandwidthLimitExceeded
            NOT_PERMITTED UnauthorizedOperation OperationNotPermitted AccessDenied AccessDeniedException AuthFailure
            NOT_PERMITTED InvalidClientTokenId SignatureDoesNotMatch IncompleteSignature UnrecognizedClientException
            NOT_PERMITTED MissingAuthenticationToken InvalidSecurityToken ExpiredToken ExpiredTokenException
            NOT_PERMITTED RequestExpired OptInRequired Blocked PendingVerification
            ENI_LIMIT AttachmentLimitExceeded NetworkInterfaceLimitExceeded
            SUBNET_FULL InsufficientFreeAddressesInSubnet InsufficientCidrBlocks
            NOT_FOUND InvalidNetworkInterfaceID.NotFound InvalidAttachmentID.NotFound
            SETTING_NOT_FOUND InvalidSubnetID.NotFound InvalidGroup.NotFound InvalidSecurityGroupID.NotFound
            INSTANCE_GONE InvalidInstanceID.NotFound IncorrectInstanceState
            WRONG_STATE InvalidNetworkInterface.InUse
            TOKEN_MISMATCH IdempotentParameterMismatch
            FAILED InternalError InternalFailure ServerInternal Unavailable ServiceUnavailable
            """);

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
        ErrorClass known = CODES.get(answer.code());
        return switch (answer.code()) {
            case "IncorrectState" ->
                said.contains("is not 'running'") ? ErrorClass.INSTANCE_GONE : ErrorClass.WRONG_STATE;
            case "InvalidParameterValue" -> ofParameter(said);
            default -> known == null ? ofStatus(answer.status(), answer.code()) : known;
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
        return said.contains("is not 'running'") ? ErrorClass.INSTANCE_GONE : ErrorClass.REFUSED;
    }

    private static ErrorClass ofStatus(int status, String code) {
        if (status == 429) {
            return ErrorClass.THROTTLED;
        }
        if (status >= 500 || status == 408) {
            return ErrorClass.FAILED;
        }
        return code.isEmpty() && (status == 401 || status == 403) ? ErrorClass.NOT_PERMITTED : ErrorClass.REFUSED;
    }
}
