// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.support.MetadataHttp;
import io.enim.provider.support.MetadataHttp.Answer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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

    /** The value of this form at a path, asked for up to three times; where there is none, the error names the setting. */
    String require(String path, String setting, Pattern form) {
        String why = "the service has no such value; set enim.provider.bce." + setting;
        return http.repeat(() -> find(path)
                .map(value -> http.require(ROOT + path, value, form))
                .orElseThrow(() -> new FatalProviderException(Refusal.NOT_FOUND, "", http.message(ROOT + path, why))));
    }

    /** The value at a path, asked for once. Empty where the service says that it has none: by 404, or 200 and nothing. */
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
