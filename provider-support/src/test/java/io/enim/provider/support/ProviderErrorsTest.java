package io.enim.provider.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a class of errors means for a request that reads and for one that changes: core branches on the types. */
class ProviderErrorsTest {
    private static final CloudRequest READS = CloudRequest.reading("ListEni", "");
    private static final CloudRequest CHANGES = CloudRequest.changing("CreateEni", "x");
    private static final RuntimeException CAUSE = new RuntimeException("sdk");

    private static ProviderException answered(CloudRequest request, ErrorClass errorClass, String text) {
        return ProviderErrors.answered(request, new ErrorAnswer(429, "RateLimit", text, "r-1"), errorClass, CAUSE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            THROTTLED         | RetryableProviderException | RetryableProviderException | THROTTLED
            NOT_PERMITTED     | FatalProviderException     | FatalProviderException     | NOT_PERMITTED
            ENI_LIMIT         | FatalProviderException     | FatalProviderException     | ENI_LIMIT
            SUBNET_FULL       | RetryableProviderException | RetryableProviderException | SUBNET_FULL
            NOT_FOUND         | RetryableProviderException | RetryableProviderException | NOT_FOUND
            SETTING_NOT_FOUND | FatalProviderException     | FatalProviderException     | NOT_FOUND
            SLOT_TAKEN        | RetryableProviderException | RetryableProviderException | WRONG_STATE
            WRONG_STATE       | RetryableProviderException | RetryableProviderException | WRONG_STATE
            INSTANCE_GONE     | FatalProviderException     | FatalProviderException     | INSTANCE_GONE
            TOKEN_MISMATCH    | FatalProviderException     | FatalProviderException     | TOKEN_MISMATCH
            FAILED            | AmbiguousProviderException | RetryableProviderException | UNAVAILABLE
            LOST              | AmbiguousProviderException | RetryableProviderException | UNAVAILABLE
            REFUSED           | FatalProviderException     | FatalProviderException     | OTHER
            """)
    void cld40_eachClassHasItsErrorWhenChangingAndWhenReading(
            ErrorClass errorClass, String changing, String reading, Refusal refusal) {
        assertThat(answered(CHANGES, errorClass, "").getClass().getSimpleName()).isEqualTo(changing);
        assertThat(answered(READS, errorClass, "").getClass().getSimpleName()).isEqualTo(reading);
        assertThat(answered(CHANGES, errorClass, "").refusal()).isEqualTo(refusal);
    }

    @Test
    void theMessageSaysRequestCodeStatusAndNextStep() {
        assertThat(answered(CHANGES, ErrorClass.THROTTLED, "said so"))
                .hasMessage("CreateEni x: RateLimit, status 429, request r-1: said so; the account's request rate is"
                        + " used up; back off, and lower the rate")
                .hasCause(CAUSE)
                .extracting(ProviderException::code)
                .isEqualTo("RateLimit");
        assertThat(ProviderErrors.answered(READS, new ErrorAnswer(502, "", "", "null"), ErrorClass.FAILED, CAUSE))
                .hasMessageStartingWith("ListEni: no error code, status 502");
    }

    @Test
    void whatTheCloudEchoesIsCut() {
        assertThat(answered(CHANGES, ErrorClass.NOT_PERMITTED, "first line\nx-security-token:SECRET"))
                .hasMessageContaining("first line")
                .message()
                .doesNotContain("SECRET");
        assertThat(answered(CHANGES, ErrorClass.REFUSED, "x".repeat(1000)).getMessage())
                .hasSizeLessThan(500);
    }

    static List<RuntimeException> mayHaveBeenSent() {
        return List.of(
                new RuntimeException("failed", new EOFException("ended early")),
                new RuntimeException("failed", new IOException("Unexpected end of file from server")),
                new RuntimeException("failed", new SocketTimeoutException("Read timed out")),
                new IllegalStateException("aborted"));
    }

    @ParameterizedTest
    @MethodSource("mayHaveBeenSent")
    void cld40_aLostAnswerIsAmbiguousOnlyWhenTheRequestMayHaveChangedSomething(RuntimeException lost) {
        assertThat(ProviderErrors.unanswered(CHANGES, lost))
                .isExactlyInstanceOf(AmbiguousProviderException.class)
                .returns(Refusal.UNAVAILABLE, ProviderException::refusal);
        assertThat(ProviderErrors.unanswered(READS, lost))
                .isExactlyInstanceOf(RetryableProviderException.class)
                .returns(Refusal.UNAVAILABLE, ProviderException::refusal);
    }

    static List<IOException> beforeSending() {
        return List.of(
                new NotSentException("the client is closed", null),
                new ConnectException("refused"),
                new NoRouteToHostException("none"),
                new UnknownHostException("cloud.example"),
                new SSLHandshakeException("untrusted"));
    }

    @ParameterizedTest
    @MethodSource("beforeSending")
    void cld40_whatWasNotSentIsRetryableAlsoForAChange(IOException failure) {
        assertThat(ProviderErrors.unanswered(CHANGES, new RuntimeException("failed", failure)))
                .isExactlyInstanceOf(RetryableProviderException.class)
                .returns(Refusal.UNAVAILABLE, ProviderException::refusal)
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void aVendorsOwnFailureBeforeSendingIsKnown() {
        RuntimeException failed = new RuntimeException("failed", new IllegalArgumentException("no connection left"));
        assertThat(ProviderErrors.unanswered(CHANGES, failed, IllegalArgumentException.class))
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void cld40_withoutCredentialsNothingIsSentAndRepeatingDoesNotHelp() {
        for (CloudRequest request : List.of(READS, CHANGES)) {
            assertThat(ProviderErrors.unanswered(request, new CredentialsException("none in the file", null)))
                    .isExactlyInstanceOf(FatalProviderException.class)
                    .returns(Refusal.NOT_PERMITTED, ProviderException::refusal)
                    .hasMessageContaining("none in the file");
        }
    }
}
