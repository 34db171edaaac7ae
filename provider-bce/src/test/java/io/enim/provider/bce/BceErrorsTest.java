package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import com.baidubce.BceClientException;
import com.baidubce.BceServiceException;
import io.enim.ProviderException;
import io.enim.RetryableProviderException;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ErrorAnswer;
import io.enim.provider.support.ErrorClass;
import org.apache.http.conn.ConnectTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden table of errors. A change here is a change of what core does next. */
class BceErrorsTest {
    private static final CloudRequest CREATE = CloudRequest.changing("CreateEni", "x");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | EniIdException                    | The param eniId is invalid | NOT_FOUND
            404 | EniNotFoundException              | resource not exist         | NOT_FOUND
            400 | NoSuchObject                      | eni not exist              | NOT_FOUND
            404 | ''                                | ''                         | NOT_FOUND
            400 | NoSuchObject                      | account not exist          | NOT_PERMITTED
            400 | NoSuchObject                      | instance not exist         | INSTANCE_GONE
            404 | InstanceNotFound                  | ''                         | INSTANCE_GONE
            429 | RateLimit                         | slow down                  | THROTTLED
            400 | RateLimit                         | slow down                  | THROTTLED
            429 | ''                                | ''                         | THROTTLED
            503 | RequestLimitExceeded              | ''                         | THROTTLED
            400 | TooManyRequests                   | ''                         | THROTTLED
            400 | ExceedLimitException              | ''                         | ENI_LIMIT
            400 | QuotaLimitExceeded                | ''                         | ENI_LIMIT
            400 | LimitExceeded                     | ''                         | ENI_LIMIT
            400 | EniQuotaExceeded                  | ''                         | ENI_LIMIT
            400 | VmMemoryCanNotAttachMoreIpException | ''                       | REFUSED
            400 | SubnetHasNoMoreIp                 | ''                         | SUBNET_FULL
            400 | InsufficientIpInSubnet            | ''                         | SUBNET_FULL
            400 | InvalidInstanceStatus             | ''                         | WRONG_STATE
            400 | PrivateIpInUseException           | ''                         | WRONG_STATE
            404 | InstanceNotExist                  | ''                         | INSTANCE_GONE
            404 | InvalidInstanceId.NotFound        | ''                         | INSTANCE_GONE
            403 | Forbidden.InstanceNotFound        | ''                         | INSTANCE_GONE
            403 | OperationDenied                   | ''                         | REFUSED
            400 | PreconditionFailed                | ''                         | REFUSED
            400 | MalformedJSON                     | ''                         | REFUSED
            400 | SubnetHasNoMoreIpException        | ''                         | SUBNET_FULL
            400 | EniStatusException                | ''                         | WRONG_STATE
            409 | ''                                | ''                         | WRONG_STATE
            403 | IdempotentParameterMismatch       | ''                         | TOKEN_MISMATCH
            403 | AccessDenied                      | ''                         | NOT_PERMITTED
            403 | InvalidAccessKeyId                | ''                         | NOT_PERMITTED
            400 | InvalidHTTPAuthHeader             | ''                         | NOT_PERMITTED
            403 | SignatureDoesNotMatch             | ''                         | NOT_PERMITTED
            400 | RequestExpired                    | ''                         | NOT_PERMITTED
            403 | QualifyNotPass                    | ''                         | NOT_PERMITTED
            401 | ''                                | ''                         | NOT_PERMITTED
            500 | InternalError                     | ''                         | FAILED
            500 | ''                                | ''                         | FAILED
            502 | ''                                | ''                         | FAILED
            503 | ''                                | ''                         | FAILED
            408 | ''                                | ''                         | FAILED
            500 | LimitExceededSomewhereInside      | ''                         | FAILED
            400 | BadRequest                        | ''                         | REFUSED
            400 | InappropriateJSON                 | ''                         | REFUSED
            302 | ''                                | ''                         | REFUSED
            400 | SomethingNew                      | ''                         | REFUSED
            """)
    void eachCodeHasItsClass(int status, String code, String text, ErrorClass errorClass) {
        assertThat(BceErrors.classify("AttachEni", new ErrorAnswer(status, code, text, "r-1")))
                .isEqualTo(errorClass);
    }

    /** To a call that is about an ENI alone, "instance" in a text is no word about this one. */
    @ParameterizedTest
    @CsvSource({
        "AttachEni, INSTANCE_GONE",
        "DetachEni, INSTANCE_GONE",
        "GetEniQuota, INSTANCE_GONE",
        "GetEniDetail, NOT_FOUND",
        "DeleteEni, NOT_FOUND",
        "ListEni, NOT_FOUND"
    })
    void onlyACallOnTheInstanceSaysThatItIsGone(String operation, ErrorClass errorClass) {
        ErrorAnswer absent = new ErrorAnswer(404, "NoSuchObject", "the eni of this instance does not exist", "r-1");
        assertThat(BceErrors.classify(operation, absent)).isEqualTo(errorClass);
        assertThat(BceErrors.classify(operation, new ErrorAnswer(404, "InstanceNotFound", "", "r-1")))
                .isEqualTo(errorClass);
    }

    private static ProviderException answered(CloudRequest cloudRequest, int status, String code) {
        BceServiceException answered = new BceServiceException("said so");
        answered.setErrorMessage("said so");
        answered.setErrorCode(code);
        answered.setStatusCode(status);
        answered.setRequestId("r-1");
        return BceErrors.translate(cloudRequest, answered);
    }

    @Test
    void theMessageSaysOperationCodeStatusRequestAndNextStep() {
        assertThat(answered(CREATE, 429, "RateLimit"))
                .hasMessage("CreateEni x: RateLimit, status 429, request r-1: said so; the account's request rate is"
                        + " used up; back off, and lower the rate")
                .extracting(ProviderException::code)
                .isEqualTo("RateLimit");
    }

    @Test
    void whatTheSdksClientDidNotConnectToWasNotSent() {
        BceClientException failed =
                new BceClientException("Unable to execute HTTP request", new ConnectTimeoutException("timed out"));
        assertThat(BceErrors.translate(CREATE, failed))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
    }
}
