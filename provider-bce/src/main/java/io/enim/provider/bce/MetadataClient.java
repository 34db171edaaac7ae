package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the instance's metadata service for facts about this instance, never for what it owns. Safe for concurrent use.
 * Blocks for at most the timeout for connecting and again for reading; an interrupt is noticed after that.
 *
 * <p>{@link HttpURLConnection} and not {@code java.net.http}: on Java 17 the latter's selector thread ends only with
 * garbage collection, and no thread of the adapter may outlive it.
 */
final class MetadataClient {
    private static final String ROOT = "/1.0/meta-data/";
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 3;
    private static final int MAX_ANSWER = 4096;

    private final URI endpoint;

    MetadataClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * The value at a path, asked for up to three times.
     *
     * @param setting the setting that makes the question unnecessary
     * @throws RetryableProviderException the service did not answer
     * @throws FatalProviderException it answered that it has no such value
     */
    String require(String path, String setting) {
        RetryableProviderException first = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                return find(path)
                        .orElseThrow(() -> new FatalProviderException(
                                Refusal.NOT_FOUND,
                                "",
                                where(path) + ": the service has no such value; set enim.provider.bce." + setting));
            } catch (RetryableProviderException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        throw first == null ? unavailable(path, "was not asked", null) : first;
    }

    /**
     * The value at a path, asked for once. Empty where the service has none: it says so by 404, or by 200 and nothing.
     *
     * @throws RetryableProviderException the service did not answer
     */
    Optional<String> find(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve(ROOT + path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            try {
                int status = connection.getResponseCode();
                if (status == HttpURLConnection.HTTP_NOT_FOUND) {
                    return Optional.empty();
                }
                if (status != HttpURLConnection.HTTP_OK) {
                    throw unavailable(path, "answered " + status, null);
                }
                try (InputStream body = connection.getInputStream()) {
                    String text = new String(body.readNBytes(MAX_ANSWER), StandardCharsets.US_ASCII).trim();
                    return text.isEmpty() ? Optional.empty() : Optional.of(text);
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw unavailable(path, "no answer within " + TIMEOUT.toMillis() + " ms", e);
        }
    }

    private RetryableProviderException unavailable(String path, String why, @Nullable Exception cause) {
        return new RetryableProviderException(
                Refusal.UNAVAILABLE,
                "",
                where(path) + ": " + why + "; or set metadata=off and what it would tell, under enim.provider.bce.",
                cause);
    }

    private String where(String path) {
        return "instance metadata " + endpoint + ROOT + path;
    }
}
