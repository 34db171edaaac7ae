package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.CloudRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** The golden table: what EC2 says, and what ENIM makes of it for a call that reads and for one that changes. */
class Ec2ErrorsTest {
    private static final CloudRequest READS = CloudRequest.reading("DescribeNetworkInterfaces", "");
    private static final CloudRequest CHANGES = CloudRequest.changing("DeleteNetworkInterface", "eni-1");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            503 | RequestLimitExceeded               | Request limit exceeded.          | THROTTLED      | RETRY
            400 | Throttling                         | Rate exceeded                    | THROTTLED      | RETRY
            400 | ThrottlingException                | Rate exceeded                    | THROTTLED      | RETRY
            429 | ""                                 | ""                               | THROTTLED      | RETRY
            403 | UnauthorizedOperation              | You are not authorized.          | NOT_PERMITTED  | GIVE_UP
            400 | OperationNotPermitted              | device index 0                   | OTHER          | GIVE_UP
            401 | AuthFailure                        | AWS was not able to validate     | NOT_PERMITTED  | GIVE_UP
            403 | SignatureDoesNotMatch              | does not match                   | NOT_PERMITTED  | GIVE_UP
            400 | RequestExpired                     | Request has expired.             | NOT_PERMITTED  | GIVE_UP
            400 | ExpiredToken                       | expired                          | NOT_PERMITTED  | GIVE_UP
            403 | ""                                 | ""                               | NOT_PERMITTED  | GIVE_UP
            400 | AttachmentLimitExceeded            | Interface count 4 exceeds        | ENI_LIMIT      | GIVE_UP
            400 | NetworkInterfaceLimitExceeded      | ""                               | ENI_LIMIT      | GIVE_UP
            400 | InsufficientFreeAddressesInSubnet  | not enough                       | SUBNET_FULL    | RETRY
            400 | InsufficientCidrBlocks             | not enough                       | SUBNET_FULL    | RETRY
            400 | InvalidNetworkInterfaceID.NotFound | does not exist                   | NOT_FOUND      | RETRY
            400 | InvalidAttachmentID.NotFound       | does not exist                   | NOT_FOUND      | RETRY
            400 | InvalidSubnetID.NotFound           | does not exist                   | NOT_FOUND      | GIVE_UP
            400 | InvalidGroup.NotFound              | does not exist                   | NOT_FOUND      | GIVE_UP
            400 | InvalidInstanceID.NotFound         | does not exist                   | WRONG_STATE    | RETRY
            400 | IncorrectState                     | Instance 'i-1' is not 'running'. | WRONG_STATE    | RETRY
            400 | InvalidParameterValue              | Instance is not 'running'        | WRONG_STATE    | RETRY
            400 | InvalidInstanceID                  | i-1 is in the state pending      | WRONG_STATE    | RETRY
            400 | InvalidInstanceState               | the instance is pending          | WRONG_STATE    | RETRY
            400 | IncorrectInstanceState             | the instance is pending          | WRONG_STATE    | RETRY
            400 | InvalidState                       | not now                          | WRONG_STATE    | RETRY
            400 | DependencyViolation                | has a dependent object           | WRONG_STATE    | RETRY
            400 | ConcurrentTagAccess                | tags change                      | WRONG_STATE    | RETRY
            400 | InvalidParameterValue | There aren't sufficient free Ipv4 addresses or prefixes | SUBNET_FULL | RETRY
            400 | InvalidParameterValue | There aren't sufficient free Ipv6 addresses or prefixes | SUBNET_FULL | RETRY
            400 | Client.InvalidParameterValue | There aren't sufficient free Ipv4 addresses | SUBNET_FULL    | RETRY
            400 | InsufficientIpAddresses            | never seen                       | SUBNET_FULL    | RETRY
            400 | InvalidNetworkInterface.NotFound   | does not exist                   | NOT_FOUND      | RETRY
            400 | InvalidSubnetId.NotFound           | does not exist                   | NOT_FOUND      | GIVE_UP
            400 | InvalidSubnet                      | not valid                        | NOT_FOUND      | GIVE_UP
            400 | InvalidSecurityGroupId.NotFound    | does not exist                   | NOT_FOUND      | GIVE_UP
            400 | InvalidVpcID.NotFound              | does not exist                   | NOT_FOUND      | GIVE_UP
            400 | ResourceLimitExceeded              | ""                               | ENI_LIMIT      | GIVE_UP
            400 | TrunkInterfaceLimitExceeded        | never seen                       | ENI_LIMIT      | GIVE_UP
            403 | TagPolicyViolation                 | ""                               | NOT_PERMITTED  | GIVE_UP
            403 | RequestTimeTooSkewed               | ""                               | NOT_PERMITTED  | GIVE_UP
            400 | InvalidSecurity.RequestHasExpired  | ""                               | NOT_PERMITTED  | GIVE_UP
            400 | AccountDisabled                    | ""                               | NOT_PERMITTED  | GIVE_UP
            403 | SomethingNew                       | never seen                       | NOT_PERMITTED  | GIVE_UP
            400 | TokenHasExpired                    | never seen                       | NOT_PERMITTED  | GIVE_UP
            400 | Server.RequestLimitExceeded        | ""                               | THROTTLED      | RETRY
            400 | InvalidNextToken                   | ""                               | UNAVAILABLE    | ASK_AGAIN
            400 | InvalidPaginationToken             | ""                               | UNAVAILABLE    | ASK_AGAIN
            400 | RetryableError                     | ""                               | UNAVAILABLE    | ASK_AGAIN
            400 | RequestTimeoutException            | ""                               | UNAVAILABLE    | ASK_AGAIN
            409 | PriorRequestNotComplete            | ""                               | UNAVAILABLE    | ASK_AGAIN
            400 | IncorrectState                     | the interface is detaching       | WRONG_STATE    | RETRY
            400 | InvalidNetworkInterface.InUse      | in use                           | WRONG_STATE    | RETRY
            400 | InvalidParameterValue              | eni-1 is currently in use.       | WRONG_STATE    | RETRY
            400 | InvalidParameterValue | already has an interface attached at device index '1'. | WRONG_STATE | RETRY
            400 | InvalidParameterValue              | the value is bad                 | OTHER          | GIVE_UP
            400 | IdempotentParameterMismatch        | mismatch                         | TOKEN_MISMATCH | GIVE_UP
            400 | SomethingNew                       | never seen                       | OTHER          | GIVE_UP
            404 | ""                                 | ""                               | OTHER          | GIVE_UP
            500 | InternalError                      | an error                         | UNAVAILABLE    | ASK_AGAIN
            503 | Unavailable                        | overloaded                       | UNAVAILABLE    | ASK_AGAIN
            400 | InternalFailure                    | ""                               | UNAVAILABLE    | ASK_AGAIN
            502 | ""                                 | ""                               | UNAVAILABLE    | ASK_AGAIN
            408 | ""                                 | ""                               | UNAVAILABLE    | ASK_AGAIN
            """)
    void cld40_anErrorOfEc2BecomesTheErrorThatSaysWhatToDo(
            int status, String code, String text, Refusal refusal, String next) {
        for (CloudRequest cloudRequest : List.of(READS, CHANGES)) {
            ProviderException translated = Ec2Errors.translate(cloudRequest, answer(status, code, text));
            assertThat(translated)
                    .isExactlyInstanceOf(type(next, cloudRequest))
                    .hasMessageStartingWith(cloudRequest.toString())
                    .hasMessageContaining("req-1");
            assertThat(translated.refusal()).isEqualTo(refusal);
            assertThat(translated.code()).isEqualTo(code);
        }
    }

    private static Class<? extends ProviderException> type(String next, CloudRequest cloudRequest) {
        return switch (next) {
            case "GIVE_UP" -> FatalProviderException.class;
            case "ASK_AGAIN" ->
                cloudRequest.changes() ? AmbiguousProviderException.class : RetryableProviderException.class;
            default -> RetryableProviderException.class;
        };
    }

    @Test
    void onlyATakenIndexIsTakenForOne() {
        String text = "Instance 'i-1' already has an interface attached at device index '3'.";
        ProviderException taken = Ec2Errors.translate(CHANGES, answer(400, "InvalidParameterValue", text));
        ProviderException inUse =
                Ec2Errors.translate(CHANGES, answer(400, "InvalidParameterValue", "eni-1 is currently in use."));
        assertThat(Ec2Errors.isIndexTaken(taken)).isTrue();
        assertThat(Ec2Errors.isIndexTaken(inUse)).isFalse();
    }

    private static RuntimeException answer(int status, String code, String text) {
        AwsErrorDetails.Builder details = AwsErrorDetails.builder().errorCode(code.isEmpty() ? null : code);
        return Ec2Exception.builder()
                .statusCode(status)
                .requestId("req-1")
                .awsErrorDetails(details.errorMessage(text).build())
                .build();
    }
}
