package io.enim.provider.aws;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws into ENIM's errors, by what may be done next. */
final class Ec2Errors {
    private static final int MAX_TEXT = 300;

    private Ec2Errors() {}

    static ProviderException translate(CloudRequest cloudRequest, RuntimeException thrown) {
        if (thrown instanceof AwsServiceException answered) {
            return ofAnswer(cloudRequest, answered);
        }
        if (cause(thrown, CredentialsException.class) != null) {
            return of(Verdict.NOT_PERMITTED, cloudRequest, "", brief(thrown.getMessage()), thrown);
        }
        NotSentException unsent = cause(thrown, NotSentException.class);
        if (unsent != null) {
            return new RetryableProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    cloudRequest + ": EC2 was not reached (" + brief(unsent.getMessage())
                            + "), nothing was sent; check network and endpoint",
                    thrown);
        }
        // Whatever else ends a call that began: a timeout, a lost connection, an unreadable answer, an interrupt.
        return of(
                Verdict.LOST,
                cloudRequest,
                "",
                thrown instanceof SdkException ? brief(thrown.getMessage()) : brief(thrown.toString()),
                thrown);
    }

    private static ProviderException ofAnswer(CloudRequest cloudRequest, AwsServiceException answered) {
        String code = code(answered);
        String text = message(answered);
        String said = (code.isEmpty() ? "no EC2 error code" : code) + ", status " + answered.statusCode() + ", request "
                + answered.requestId() + (text.isEmpty() ? "" : ": " + brief(text));
        return of(verdict(answered), cloudRequest, code, said, answered);
    }

    private static ProviderException of(
            Verdict verdict, CloudRequest cloudRequest, String code, String said, RuntimeException cause) {
        String message = cloudRequest + ": " + said + "; " + verdict.advice;
        Verdict.After after = verdict.after == Verdict.After.ASK_AGAIN && !cloudRequest.changes()
                ? Verdict.After.RETRY
                : verdict.after;
        return switch (after) {
            case RETRY -> new RetryableProviderException(verdict.refusal, code, message, cause);
            case GIVE_UP -> new FatalProviderException(verdict.refusal, code, message, cause);
            case ASK_AGAIN -> new AmbiguousProviderException(verdict.refusal, code, message, cause);
        };
    }

    /** Whether EC2 refused to attach because the index, and nothing else, is taken. */
    static boolean isIndexTaken(ProviderException refused) {
        AwsServiceException answered = cause(refused, AwsServiceException.class);
        return answered != null && verdict(answered) == Verdict.INDEX_TAKEN;
    }

    private static Verdict verdict(AwsServiceException answered) {
        return Verdict.of(answered.statusCode(), code(answered), message(answered));
    }

    private static String code(AwsServiceException answered) {
        AwsErrorDetails details = answered.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static String message(AwsServiceException answered) {
        AwsErrorDetails details = answered.awsErrorDetails();
        return details == null || details.errorMessage() == null ? "" : details.errorMessage();
    }

    private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
        int depth = 0;
        for (Throwable at = thrown; at != null && depth < 20; at = at.getCause(), depth++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }

    /** The first line, cut: enough to act on, and no place for what a cloud echoes of a request. */
    private static String brief(@Nullable String text) {
        String line = text == null ? "" : text.lines().findFirst().orElse("");
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "...";
    }
}
