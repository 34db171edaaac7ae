// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.PrintableText;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.ErrorClass.After;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Makes ENIM's errors of what a cloud answered, or of what ended a request without an answer. */
public final class ProviderErrors {
    private static final int MAX_TEXT = 300;
    private static final int MAX_DEPTH = 20;

    /** Failures on the way to a connection: no byte of the request was sent. */
    private static final Set<Class<?>> BEFORE_SENDING = Set.of(
            NotSentException.class,
            ConnectException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            SSLHandshakeException.class);

    private ProviderErrors() {}

    /** The cloud answered with an error of this class. */
    public static ProviderException answered(
            CloudRequest request, ErrorAnswer answer, ErrorClass errorClass, RuntimeException cause) {
        String said = (answer.code().isEmpty() ? "no error code" : answer.code()) + ", status " + answer.status()
                + ", request " + answer.requestId()
                + (answer.text().isEmpty() ? "" : ": " + brief(answer.text()));
        return of(request, errorClass, answer.code(), said, cause);
    }

    /**
     * The request ended without an answer. It had no effect where its cause is a {@link CredentialsException}, a
     * {@link NotSentException} or a failure to connect; in any other case it may have had one.
     *
     * @param beforeSending more types of failures after which nothing was sent
     */
    public static ProviderException unanswered(
            CloudRequest request, RuntimeException thrown, Class<?>... beforeSending) {
        List<Throwable> chain = Stream.iterate((Throwable) thrown, at -> at != null, Throwable::getCause)
                .limit(MAX_DEPTH)
                .toList();
        for (Throwable each : chain) {
            if (each instanceof CredentialsException) {
                return of(request, ErrorClass.NOT_PERMITTED, "", brief(each.getMessage()), thrown);
            }
            if (Stream.concat(BEFORE_SENDING.stream(), Stream.of(beforeSending))
                    .anyMatch(type -> type.isInstance(each))) {
                String message = request + ": the cloud was not reached (" + brief(each.toString())
                        + "), nothing was sent; check the network and the endpoint";
                return new RetryableProviderException(Refusal.UNAVAILABLE, "", message, thrown);
            }
        }
        // Whatever else ends a request that began: a timeout, a lost connection, an unreadable answer, an interrupt.
        String why = chain.size() < 2 ? thrown.toString() : brief(thrown.getMessage()) + ", " + chain.get(1);
        return lost(request, brief(why), thrown);
    }

    /** There was no answer that can be read. */
    public static ProviderException lost(CloudRequest request, String why, @Nullable RuntimeException cause) {
        return of(request, ErrorClass.LOST, "", why, cause);
    }

    private static ProviderException of(
            CloudRequest request, ErrorClass errorClass, String code, String said, @Nullable RuntimeException cause) {
        String message = request + ": " + said + "; " + errorClass.advice;
        if (errorClass.after == After.GIVE_UP) {
            return new FatalProviderException(errorClass.refusal, code, message, cause);
        }
        return errorClass.after == After.ASK_AGAIN && request.changes()
                ? new AmbiguousProviderException(errorClass.refusal, code, message, cause)
                : new RetryableProviderException(errorClass.refusal, code, message, cause);
    }

    /** The first line, cut: enough to act on, and no place for what a cloud echoes of a request. */
    private static String brief(@Nullable String text) {
        String line = text == null ? "" : text.lines().findFirst().orElse("");
        return PrintableText.of(line, MAX_TEXT);
    }
}
