package io.enim.provider.aws;

import io.enim.ProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ErrorAnswer;
import io.enim.provider.support.ErrorClass;
import io.enim.provider.support.ProviderErrors;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Turns what the SDK throws into ENIM's errors, by what may be done next. */
final class Ec2Errors {
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
        return switch (answer.code()) {
            case "RequestLimitExceeded",
                    "Throttling",
                    "ThrottlingException",
                    "ThrottledException",
                    "RequestThrottled",
                    "RequestThrottledException",
                    "EC2ThrottledException",
                    "TooManyRequestsException",
                    "SlowDown",
                    "BandwidthLimitExceeded" -> ErrorClass.THROTTLED;
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
                    "PendingVerification" -> ErrorClass.NOT_PERMITTED;
            case "AttachmentLimitExceeded", "NetworkInterfaceLimitExceeded" -> ErrorClass.ENI_LIMIT;
            case "InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks" -> ErrorClass.SUBNET_FULL;
            case "InvalidNetworkInterfaceID.NotFound", "InvalidAttachmentID.NotFound" -> ErrorClass.NOT_FOUND;
            case "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound" ->
                ErrorClass.SETTING_NOT_FOUND;
            case "InvalidInstanceID.NotFound", "IncorrectInstanceState" -> ErrorClass.INSTANCE_GONE;
            case "InvalidNetworkInterface.InUse" -> ErrorClass.WRONG_STATE;
            case "IncorrectState" ->
                said.contains("is not 'running'") ? ErrorClass.INSTANCE_GONE : ErrorClass.WRONG_STATE;
            case "IdempotentParameterMismatch" -> ErrorClass.TOKEN_MISMATCH;
            case "InvalidParameterValue" -> ofParameter(said);
            // EC2 says these with a status of 4xx or 5xx; both leave open what was done.
            case "InternalError", "InternalFailure", "ServerInternal", "Unavailable", "ServiceUnavailable" ->
                ErrorClass.FAILED;
            default -> ofStatus(answer.status(), answer.code());
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
