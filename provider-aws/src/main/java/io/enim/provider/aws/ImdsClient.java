package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the instance metadata service, version 2, who this instance is: immutable facts only. What is attached or owned
 * is never asked here, since metadata lags behind the cloud and has lied for hours.
 *
 * <p>Blocks for at most {@value #ATTEMPTS} times the timeout for connecting and for reading. Not for concurrent use.
 *
 * <p>{@link HttpURLConnection} and not {@code java.net.http}: on Java 17 the latter keeps a selector thread until it is
 * garbage-collected, and no thread of the adapter may outlive it.
 */
final class ImdsClient {
    static final int ATTEMPTS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int TOKEN_TTL_SECONDS = 300;
    private static final int MAX_ANSWER = 4096;
    private static final int UNAUTHORIZED = 401;

    private final URI endpoint;
    private @Nullable String token;

    ImdsClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * The value at a path below {@code latest/meta-data/}.
     *
     * @throws ProviderException retryable when the service does not answer or fails, fatal when it refuses
     */
    String get(String path) {
        String where = "/latest/meta-data/" + path;
        RetryableProviderException first = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                return value(where);
            } catch (RetryableProviderException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
                // An interrupt does not wake a read, so it is honoured between attempts: each is short.
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        throw first == null ? unavailable(where, "was not asked", null) : first;
    }

    private String value(String where) {
        String current = token == null ? newToken() : token;
        token = current;
        Answer answer = send("GET", where, "X-aws-ec2-metadata-token", current);
        if (answer.status() == UNAUTHORIZED) {
            token = null;
            throw unavailable(where, "the token had expired; a new one is asked for", null);
        }
        return answer.require(where);
    }

    private String newToken() {
        String where = "/latest/api/token";
        return send("PUT", where, "X-aws-ec2-metadata-token-ttl-seconds", Integer.toString(TOKEN_TTL_SECONDS))
                .require(where);
    }

    private Answer send(String method, String path, String header, String value) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod(method);
            connection.setRequestProperty(header, value);
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
            throw unavailable(
                    path,
                    "no answer within " + TIMEOUT.toMillis() + " ms; inside a container the instance needs"
                            + " HttpPutResponseHopLimit 2 or more",
                    e);
        }
    }

    private RetryableProviderException unavailable(String path, String why, @Nullable Exception cause) {
        return new RetryableProviderException(Refusal.UNAVAILABLE, "", text(path, why), cause);
    }

    private String text(String path, String why) {
        return "instance metadata " + endpoint + path + ": " + why + "; or set instance-id, region and zone"
                + " under enim.provider.aws., then it is not asked";
    }

    private final class Answer {
        private final int status;
        private final String body;

        Answer(int status, String body) {
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        String require(String path) {
            if (status == HttpURLConnection.HTTP_OK && !body.isEmpty()) {
                return body;
            }
            if (status == HttpURLConnection.HTTP_OK || status == 429 || status >= 500) {
                throw unavailable(path, status + " with " + body.length() + " characters", null);
            }
            throw new FatalProviderException(
                    Refusal.NOT_FOUND,
                    Integer.toString(status),
                    text(
                            path,
                            "refused with " + status + "; the service must be enabled on the instance (HttpEndpoint)"));
        }
    }
}
