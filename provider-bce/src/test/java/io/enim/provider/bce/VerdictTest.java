package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import com.baidubce.BceClientException;
import com.baidubce.BceServiceException;
import io.enim.AmbiguousProviderException;
import io.enim.ProviderException;
import io.enim.RetryableProviderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden table of errors. A change here is a change of what core does next. */
class VerdictTest {
    private static final CloudRequest CREATE = CloudRequest.changing("CreateEni", "x");
    private static final CloudRequest LIST = CloudRequest.reading("ListEni", "x");

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
            400 | VmMemoryCanNotAttachMoreIpException | ''                       | ENI_LIMIT
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
    void eachCodeHasItsVerdict(int status, String code, String text, Verdict verdict) {
        assertThat(Verdict.of(status, code, text)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            THROTTLED      | RetryableProviderException | RetryableProviderException
            NOT_PERMITTED  | FatalProviderException     | FatalProviderException
            ENI_LIMIT      | FatalProviderException     | FatalProviderException
            SUBNET_FULL    | RetryableProviderException | RetryableProviderException
            NOT_FOUND      | RetryableProviderException | RetryableProviderException
            WRONG_STATE    | RetryableProviderException | RetryableProviderException
            INSTANCE_GONE  | FatalProviderException     | FatalProviderException
            TOKEN_MISMATCH | FatalProviderException     | FatalProviderException
            FAILED         | AmbiguousProviderException | RetryableProviderException
            LOST           | AmbiguousProviderException | RetryableProviderException
            REFUSED        | FatalProviderException     | FatalProviderException
            """)
    void cld40_eachVerdictHasItsErrorWhenChangingAndWhenReading(Verdict verdict, String changing, String reading) {
        assertThat(error(CREATE, verdict).getClass().getSimpleName()).isEqualTo(changing);
        assertThat(error(LIST, verdict).getClass().getSimpleName()).isEqualTo(reading);
        assertThat(error(CREATE, verdict).refusal()).isEqualTo(verdict.refusal);
    }

    private static ProviderException error(CloudRequest cloudRequest, Verdict verdict) {
        return switch (verdict) {
            case THROTTLED -> answered(cloudRequest, 429, "RateLimit");
            case NOT_PERMITTED -> answered(cloudRequest, 403, "AccessDenied");
            case ENI_LIMIT -> answered(cloudRequest, 400, "ExceedLimitException");
            case SUBNET_FULL -> answered(cloudRequest, 400, "SubnetHasNoMoreIpException");
            case NOT_FOUND -> answered(cloudRequest, 400, "EniIdException");
            case WRONG_STATE -> answered(cloudRequest, 400, "EniStatusException");
            case INSTANCE_GONE -> answered(cloudRequest, 400, "InstanceNotFound");
            case TOKEN_MISMATCH -> answered(cloudRequest, 403, "IdempotentParameterMismatch");
            case FAILED -> answered(cloudRequest, 500, "InternalError");
            case LOST -> BceErrors.lost(cloudRequest, "cut", null);
            case REFUSED -> answered(cloudRequest, 400, "BadRequest");
        };
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

    static List<IOException> beforeSending() {
        return List.of(new ConnectException("refused"), new UnknownHostException("bcc.example"));
    }

    @ParameterizedTest
    @MethodSource("beforeSending")
    void whatWasNotSentIsRetryableAlsoForAChange(IOException failure) {
        assertThat(BceErrors.translate(CREATE, new BceClientException("Unable to execute HTTP request", failure)))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void whatMayHaveBeenSentIsAmbiguousForAChange() {
        BceClientException timeout =
                new BceClientException("Unable to execute HTTP request", new SocketTimeoutException("Read timed out"));
        assertThat(BceErrors.translate(CREATE, timeout)).isInstanceOf(AmbiguousProviderException.class);
        assertThat(BceErrors.translate(LIST, timeout)).isInstanceOf(RetryableProviderException.class);
    }
}
