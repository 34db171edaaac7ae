// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What EC2 says with a 401. The JDK's connection, when it streamed a request, throws the body of that answer away, and with it
 * EC2's code, text and request id. A refused request had no effect, so it is sent once more, not streamed, for its body alone.
 */
final class UnauthorizedAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(UnauthorizedAnswer.class);
    private static final int MAX_BODY = 1 << 20;

    private final HttpExecuteRequest request;
    private final Duration timeout;
    private @Nullable HttpURLConnection connection;
    private boolean aborted;

    UnauthorizedAnswer(HttpExecuteRequest request, Duration timeout) {
        this.request = request;
        this.timeout = timeout;
    }

    /** The answer with its body; the answer as it is when it is another one, or has one. */
    HttpExecuteResponse completed(HttpExecuteResponse answer) throws IOException {
        if (answer.httpResponse().statusCode() != HttpURLConnection.HTTP_UNAUTHORIZED
                || answer.responseBody().isPresent()) {
            return answer;
        }
        try {
            return sendAgain(answer);
        } catch (IOException e) {
            LOG.debug("what EC2 said with its 401 is not known", e);
            return answer;
        }
    }

    private HttpExecuteResponse sendAgain(HttpExecuteResponse answer) throws IOException {
        SdkHttpRequest signed = request.httpRequest();
        HttpURLConnection again = open(signed);
        again.setRequestMethod(signed.method().name());
        signed.forEachHeader((name, values) -> values.forEach(value -> again.addRequestProperty(name, value)));
        ContentStreamProvider content = request.contentStreamProvider().orElse(null);
        if (content != null) {
            again.setDoOutput(true);
            try (InputStream body = content.newStream();
                    OutputStream out = again.getOutputStream()) {
                body.transferTo(out);
            }
        }
        if (again.getResponseCode() != HttpURLConnection.HTTP_UNAUTHORIZED) {
            return answer;
        }
        try (InputStream body = again.getErrorStream()) {
            byte[] bytes = body == null ? new byte[0] : body.readNBytes(MAX_BODY);
            return HttpExecuteResponse.builder()
                    .response(answer.httpResponse().toBuilder()
                            .putHeader("Content-Length", Integer.toString(bytes.length))
                            .build())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
                    .build();
        }
    }

    private synchronized HttpURLConnection open(SdkHttpRequest signed) throws IOException {
        if (aborted) {
            throw new IOException("given up");
        }
        HttpURLConnection opened = (HttpURLConnection) signed.getUri().toURL().openConnection();
        opened.setConnectTimeout((int) timeout.toMillis());
        opened.setReadTimeout((int) timeout.toMillis());
        opened.setInstanceFollowRedirects(false);
        opened.setUseCaches(false);
        connection = opened;
        return opened;
    }

    synchronized void abort() {
        aborted = true;
        if (connection != null) {
            connection.disconnect();
        }
    }
}
