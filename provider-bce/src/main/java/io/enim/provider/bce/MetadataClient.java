package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.MetadataHttp;
import io.enim.provider.support.MetadataHttp.Answer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks the instance's metadata service for facts about this instance. Safe for concurrent use. */
final class MetadataClient {
    private static final String ROOT = "/1.0/meta-data/";

    private final MetadataHttp http;

    MetadataClient(URI endpoint) {
        this.http = new MetadataHttp(
                endpoint,
                Duration.ofSeconds(1),
                3,
                "or set metadata=off and what the service would tell, under enim.provider.bce.");
    }

    /**
     * The value at a path, asked for up to three times.
     *
     * @param setting the setting that makes the question unnecessary
     * @throws RetryableProviderException the service did not answer
     * @throws FatalProviderException it answered that it has no such value
     */
    String require(String path, String setting) {
        return http.repeat(() -> find(path)
                .orElseThrow(() -> new FatalProviderException(
                        Refusal.NOT_FOUND,
                        "",
                        http.message(ROOT + path, "the service has no such value; set enim.provider.bce." + setting))));
    }

    /**
     * The value at a path, asked for once. Empty where the service has none: it says so by 404, or by 200 and nothing.
     *
     * @throws RetryableProviderException the service did not answer
     */
    Optional<String> find(String path) {
        Answer answer = http.send("GET", ROOT + path, Map.of());
        if (answer.hasValue()) {
            return Optional.of(answer.body());
        }
        if (answer.status() != HttpURLConnection.HTTP_OK && answer.status() != HttpURLConnection.HTTP_NOT_FOUND) {
            throw http.unavailable(ROOT + path, "status " + answer.status(), null);
        }
        return Optional.empty();
    }
}
