// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.PrintableText;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks an instance's metadata service: small answers, no proxy, no redirects. Ask it for what never changes; what is
 * attached or owned it tells late, or wrongly for hours.
 *
 * <p>A question blocks for at most the timeout for connecting and again for reading; an interrupt does not wake it, and
 * ends repeating. Safe for concurrent use.
 *
 * <p>{@link HttpURLConnection} and not {@code java.net.http}: on Java 17 the latter keeps a selector thread until it is
 * garbage-collected, and no thread of an adapter may outlive it.
 */
public final class MetadataHttp {
    private static final int MAX_ANSWER = 4096;

    private final URI endpoint;
    private final Duration timeout;
    private final int attempts;
    private final String advice;

    /**
     * What the service answered.
     *
     * @param status the HTTP status
     * @param body the body without spaces around it; empty when the status is not 200
     */
    public record Answer(int status, String body) {
        /** Whether it is an answer with a value. */
        public boolean hasValue() {
            return status == HttpURLConnection.HTTP_OK && !body.isEmpty();
        }
    }

    /**
     * Asks nothing yet.
     *
     * @param attempts how often {@link #repeat} asks
     * @param advice what makes the question unnecessary, for messages
     */
    public MetadataHttp(URI endpoint, Duration timeout, int attempts, String advice) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.attempts = attempts;
        this.advice = advice;
    }

    /**
     * Asks once.
     *
     * @throws RetryableProviderException there was no answer
     */
    public Answer send(String method, String path, Map<String, String> headers) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod(method);
            headers.forEach(connection::setRequestProperty);
            try {
                int status = connection.getResponseCode();
                if (status != HttpURLConnection.HTTP_OK) {
                    return new Answer(status, "");
                }
                try (InputStream body = connection.getInputStream()) {
                    return new Answer(
                            status, new String(body.readNBytes(MAX_ANSWER), StandardCharsets.US_ASCII).trim());
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw unavailable(path, "no answer within " + timeout.toMillis() + " ms", e);
        }
    }

    /** Asks again while the error is retryable. */
    public <T> T repeat(Supplier<T> question) {
        try {
            return question.get();
        } catch (RetryableProviderException first) {
            for (int left = attempts - 1; left > 0 && !Thread.currentThread().isInterrupted(); left--) {
                try {
                    return question.get();
                } catch (RetryableProviderException e) {
                    first.addSuppressed(e);
                }
            }
            throw first;
        }
    }

    /**
     * The value, which has this form: anything else, like a page of a proxy, is no answer of the service. What identifies an
     * instance becomes part of addresses and of signed requests.
     *
     * @throws RetryableProviderException it has another form
     */
    public String require(String path, String value, Pattern form) {
        if (!form.matcher(value).matches()) {
            throw unavailable(path, "it answered '" + PrintableText.brief(value) + "', not a value like " + form, null);
        }
        return value;
    }

    /** The error for a service that does not answer, or not with a value. */
    public RetryableProviderException unavailable(String path, String why, @Nullable Exception cause) {
        return new RetryableProviderException(Refusal.UNAVAILABLE, "", message(path, why), cause);
    }

    /** Where, why, and what to do, for an error of the vendor's own. */
    public String message(String path, String why) {
        return "instance metadata " + endpoint + path + ": " + why + "; " + advice;
    }
}
