package io.enim.provider.bce;

import com.baidubce.BceClientException;
import com.baidubce.BceServiceException;
import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.jspecify.annotations.Nullable;

/** Turns what the SDK throws into ENIM's errors, by what may be done next. */
final class BceErrors {
    private static final int MAX_TEXT = 300;
    private static final int MAX_DEPTH = 20;

    /** Failures on the way to a connection: no byte of the request was sent. */
    private static final Set<Class<?>> BEFORE_SENDING = Set.of(
            NotSentException.class,
            ConnectException.class,
            ConnectTimeoutException.class,
            ConnectionPoolTimeoutException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            SSLHandshakeException.class);

    private BceErrors() {}

    static ProviderException translate(CloudRequest cloudRequest, BceClientException thrown) {
        if (thrown instanceof BceServiceException answered) {
            return ofAnswer(cloudRequest, answered);
        }
        if (thrown instanceof KeysException) {
            return of(Verdict.NOT_PERMITTED, cloudRequest, "", brief(thrown.getMessage()), thrown);
        }
        Throwable unsent = unsent(thrown);
        if (unsent != null) {
            return new RetryableProviderException(
                    Refusal.UNAVAILABLE,
                    "",
                    cloudRequest + ": the cloud was not reached (" + brief(unsent.toString())
                            + "), nothing was sent; check network and enim.provider.bce.endpoint",
                    thrown);
        }
        // Whatever else ends a request that began: a timeout, a lost connection, an unreadable answer, an interrupt.
        Throwable root = thrown.getCause() == null ? thrown : thrown.getCause();
        return lost(cloudRequest, brief(thrown.getMessage()) + ", " + brief(root.toString()), thrown);
    }

    /** There was no answer that can be read. */
    static ProviderException lost(CloudRequest cloudRequest, String why, @Nullable RuntimeException cause) {
        return of(Verdict.LOST, cloudRequest, "", why, cause);
    }

    private static ProviderException ofAnswer(CloudRequest cloudRequest, BceServiceException answered) {
        String code = answered.getErrorCode() == null ? "" : answered.getErrorCode();
        String text = answered.getErrorMessage() == null ? "" : answered.getErrorMessage();
        String said = (code.isEmpty() ? "no BCE error code" : code) + ", status " + answered.getStatusCode()
                + ", request " + answered.getRequestId() + (text.isEmpty() ? "" : ": " + brief(text));
        return of(Verdict.of(answered.getStatusCode(), code, text), cloudRequest, code, said, answered);
    }

    private static ProviderException of(
            Verdict verdict, CloudRequest cloudRequest, String code, String said, @Nullable RuntimeException cause) {
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

    private static @Nullable Throwable unsent(Throwable thrown) {
        int depth = 0;
        for (Throwable at = thrown; at != null && depth < MAX_DEPTH; at = at.getCause(), depth++) {
            Throwable one = at;
            if (BEFORE_SENDING.stream().anyMatch(type -> type.isInstance(one))) {
                return at;
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
