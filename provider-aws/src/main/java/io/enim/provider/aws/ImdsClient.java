// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.support.MetadataHttp;
import io.enim.provider.support.MetadataHttp.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks the instance metadata service, version 2, what identifies this instance. Not for concurrent use. */
final class ImdsClient {
    static final int ATTEMPTS = 3;
    private static final int TOKEN_TTL_SECONDS = 300;
    private static final int UNAUTHORIZED = 401;
    /** What a header can carry. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,2048}");

    private final MetadataHttp http;
    private @Nullable String token;

    ImdsClient(URI endpoint) {
        this.http = new MetadataHttp(
                endpoint,
                Duration.ofSeconds(1),
                ATTEMPTS,
                "inside a container the instance needs HttpPutResponseHopLimit 2 or more; or set instance-id, region"
                        + " and zone under enim.provider.aws., then it is not asked");
    }

    /**
     * The value of this form at a path below {@code latest/meta-data/}. Retryable when the service fails or answers something
     * else, fatal when it refuses.
     */
    String get(String path, String form) {
        Pattern pattern = Pattern.compile(form);
        return http.repeat(() -> value("/latest/meta-data/" + path, pattern));
    }

    private String value(String path, Pattern form) {
        String current = token == null ? newToken() : token;
        token = current;
        Answer answer = http.send("GET", path, Map.of("X-aws-ec2-metadata-token", current));
        if (answer.status() == UNAUTHORIZED) {
            token = null;
            throw http.unavailable(path, "the token had expired; a new one is asked for", null);
        }
        return require(path, answer, form);
    }

    private String newToken() {
        String path = "/latest/api/token";
        String ttl = Integer.toString(TOKEN_TTL_SECONDS);
        return require(path, http.send("PUT", path, Map.of("X-aws-ec2-metadata-token-ttl-seconds", ttl)), TOKEN);
    }

    private String require(String path, Answer answer, Pattern form) {
        if (answer.hasValue()) {
            return http.require(path, answer.body(), form);
        }
        int status = answer.status();
        if (status == 200 || status == 429 || status >= 500) {
            throw http.unavailable(path, "status " + status + " without a value", null);
        }
        String why = "refused with " + status + "; the service must be enabled on the instance (HttpEndpoint)";
        throw new FatalProviderException(Refusal.NOT_FOUND, Integer.toString(status), http.message(path, why));
    }
}
