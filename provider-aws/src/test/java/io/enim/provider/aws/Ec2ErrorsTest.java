package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.CloudRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** The golden table: what EC2 says, and what ENIM makes of it for a call that reads and for one that changes. */
class Ec2ErrorsTest {
    private static final Class<?> RETRY = RetryableProviderException.class;
    private static final Class<?> ASK = AmbiguousProviderException.class;
    private static final Class<?> GIVE_UP = FatalProviderException.class;
    private static final CloudRequest READS = CloudRequest.reading("DescribeNetworkInterfaces", "");
    private static final CloudRequest CHANGES = CloudRequest.changing("DeleteNetworkInterface", "eni-1");

    /** One line of the table. */
    record Golden(int status, String code, String text, Refusal refusal, Class<?> reading, Class<?> changing) {}

    static Stream<Golden> answers() {
        return Stream.of(
                both(503, "RequestLimitExceeded", "Request limit exceeded.", Refusal.THROTTLED, RETRY),
                both(400, "Throttling", "Rate exceeded", Refusal.THROTTLED, RETRY),
                both(400, "ThrottlingException", "Rate exceeded", Refusal.THROTTLED, RETRY),
                both(429, "", "", Refusal.THROTTLED, RETRY),
                both(403, "UnauthorizedOperation", "You are not authorized.", Refusal.NOT_PERMITTED, GIVE_UP),
                both(400, "OperationNotPermitted", "not allowed", Refusal.NOT_PERMITTED, GIVE_UP),
                both(401, "AuthFailure", "AWS was not able to validate", Refusal.NOT_PERMITTED, GIVE_UP),
                both(403, "SignatureDoesNotMatch", "does not match", Refusal.NOT_PERMITTED, GIVE_UP),
                both(400, "RequestExpired", "Request has expired.", Refusal.NOT_PERMITTED, GIVE_UP),
                both(400, "ExpiredToken", "expired", Refusal.NOT_PERMITTED, GIVE_UP),
                both(403, "", "", Refusal.NOT_PERMITTED, GIVE_UP),
                both(400, "AttachmentLimitExceeded", "Interface count 4 exceeds", Refusal.ENI_LIMIT, GIVE_UP),
                both(400, "NetworkInterfaceLimitExceeded", "", Refusal.ENI_LIMIT, GIVE_UP),
                both(400, "InsufficientFreeAddressesInSubnet", "not enough", Refusal.SUBNET_FULL, RETRY),
                both(400, "InsufficientCidrBlocks", "not enough", Refusal.SUBNET_FULL, RETRY),
                both(400, "InvalidNetworkInterfaceID.NotFound", "does not exist", Refusal.NOT_FOUND, RETRY),
                both(400, "InvalidAttachmentID.NotFound", "does not exist", Refusal.NOT_FOUND, RETRY),
                both(400, "InvalidSubnetID.NotFound", "does not exist", Refusal.NOT_FOUND, GIVE_UP),
                both(400, "InvalidGroup.NotFound", "does not exist", Refusal.NOT_FOUND, GIVE_UP),
                both(400, "InvalidInstanceID.NotFound", "does not exist", Refusal.INSTANCE_GONE, GIVE_UP),
                both(400, "IncorrectState", "Instance 'i-1' is not 'running'.", Refusal.INSTANCE_GONE, GIVE_UP),
                both(400, "InvalidParameterValue", "Instance is not 'running'", Refusal.INSTANCE_GONE, GIVE_UP),
                both(400, "IncorrectState", "the interface is detaching", Refusal.WRONG_STATE, RETRY),
                both(400, "InvalidNetworkInterface.InUse", "in use", Refusal.WRONG_STATE, RETRY),
                both(400, "InvalidParameterValue", "eni-1 is currently in use.", Refusal.WRONG_STATE, RETRY),
                both(
                        400,
                        "InvalidParameterValue",
                        "Instance 'i-1' already has an interface attached at device index '1'.",
                        Refusal.WRONG_STATE,
                        RETRY),
                both(400, "InvalidParameterValue", "the value is bad", Refusal.OTHER, GIVE_UP),
                both(400, "IdempotentParameterMismatch", "mismatch", Refusal.TOKEN_MISMATCH, GIVE_UP),
                both(400, "SomethingNew", "never seen", Refusal.OTHER, GIVE_UP),
                both(404, "", "", Refusal.OTHER, GIVE_UP),
                new Golden(500, "InternalError", "an error", Refusal.UNAVAILABLE, RETRY, ASK),
                new Golden(503, "Unavailable", "overloaded", Refusal.UNAVAILABLE, RETRY, ASK),
                new Golden(400, "InternalFailure", "", Refusal.UNAVAILABLE, RETRY, ASK),
                new Golden(502, "", "", Refusal.UNAVAILABLE, RETRY, ASK),
                new Golden(408, "", "", Refusal.UNAVAILABLE, RETRY, ASK));
    }

    private static Golden both(int status, String code, String text, Refusal refusal, Class<?> type) {
        return new Golden(status, code, text, refusal, type, type);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void cld40_anErrorOfEc2BecomesTheErrorThatSaysWhatToDo(Golden golden) {
        for (CloudRequest cloudRequest : List.of(READS, CHANGES)) {
            ProviderException translated = Ec2Errors.translate(cloudRequest, answer(golden));
            assertThat(translated).isExactlyInstanceOf(cloudRequest.changes() ? golden.changing() : golden.reading());
            assertThat(translated.refusal()).isEqualTo(golden.refusal());
            assertThat(translated.code()).isEqualTo(golden.code());
            assertThat(translated)
                    .hasMessageStartingWith(cloudRequest.toString())
                    .hasMessageContaining("req-1");
        }
    }

    @Test
    void onlyATakenIndexIsTakenForOne() {
        ProviderException taken = Ec2Errors.translate(
                CHANGES, answer(400, "InvalidParameterValue", "already has an interface attached at device index '3'"));
        ProviderException inUse =
                Ec2Errors.translate(CHANGES, answer(400, "InvalidParameterValue", "eni-1 is currently in use."));
        assertThat(Ec2Errors.isIndexTaken(taken)).isTrue();
        assertThat(Ec2Errors.isIndexTaken(inUse)).isFalse();
    }

    private static RuntimeException answer(Golden golden) {
        return answer(golden.status(), golden.code(), golden.text());
    }

    private static RuntimeException answer(int status, String code, String text) {
        return Ec2Exception.builder()
                .statusCode(status)
                .requestId("req-1")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code.isEmpty() ? null : code)
                        .errorMessage(text)
                        .build())
                .build();
    }
}
