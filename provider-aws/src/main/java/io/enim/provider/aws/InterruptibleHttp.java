// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.provider.support.AbortableCalls;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The SDK's client over the JDK's connections, with four things it lacks.
 *
 * <ul>
 *   <li>A call ends at its deadline, and when its thread is interrupted: see {@link AbortableCalls}.
 *   <li>A failure says whether the request may have been sent: the SDK asks for the body only once connected.
 *   <li>An answer is whole: the JDK reads a body that ends early as if it ended there, and the SDK reads an empty body
 *       as an empty list. Either would make existing ENIs look gone.
 *   <li>A 401 has its body: see {@link UnauthorizedAnswer}.
 * </ul>
 */
final class InterruptibleHttp implements SdkHttpClient {
    private static final int MAX_BODY = 32 << 20;
    private static final int HEAD = 512;

    /** How every answer of EC2 begins. A login page of a proxy parses as an empty list. */
    private static final Pattern ROOT = Pattern.compile(
            "\\A(?:\\s*<\\?xml[^>]*\\?>)?\\s*<\\w+Response\\b[^>]*xmlns=\"http://ec2\\.amazonaws\\.com/doc/");

    private final SdkHttpClient connections;
    private final AbortableCalls calls;
    private final Duration timeout;

    InterruptibleHttp(SdkHttpClient connections, Duration timeout) {
        this.timeout = timeout;
        this.connections = connections;
        this.calls = new AbortableCalls("enim-aws-http", Integer.MAX_VALUE, timeout);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        AtomicBoolean connected = new AtomicBoolean();
        HttpExecuteRequest.Builder observed = HttpExecuteRequest.builder().request(request.httpRequest());
        request.metricCollector().ifPresent(observed::metricCollector);
        request.contentStreamProvider()
                .ifPresent(body -> observed.contentStreamProvider(() -> {
                    connected.set(true);
                    return body.newStream();
                }));
        return new Request(
                calls,
                connections.prepareRequest(observed.build()),
                connected,
                new UnauthorizedAnswer(request, timeout));
    }

    @Override
    public String clientName() {
        return connections.clientName();
    }

    @Override
    public void close() {
        calls.close();
        connections.close();
    }

    private record Request(
            AbortableCalls calls,
            ExecutableHttpRequest request,
            AtomicBoolean connected,
            UnauthorizedAnswer unauthorized)
            implements ExecutableHttpRequest, AbortableCalls.Exchange {
        @Override
        public HttpExecuteResponse call() throws IOException {
            return calls.call(this, this::send);
        }

        @Override
        public void abort() {
            request.abort();
            unauthorized.abort();
        }

        @Override
        public boolean mayHaveBeenSent() {
            return connected.get();
        }

        private HttpExecuteResponse send() throws IOException {
            HttpExecuteResponse response = unauthorized.completed(request.call());
            Optional<AbortableInputStream> body = response.responseBody();
            return body.isEmpty() ? response : whole(response, body.get());
        }

        private HttpExecuteResponse whole(HttpExecuteResponse response, InputStream body) throws IOException {
            byte[] bytes;
            try (body) {
                bytes = body.readNBytes(MAX_BODY);
            }
            long declared = response.httpResponse()
                    .firstMatchingHeader("Content-Length")
                    .map(Long::parseLong)
                    .orElse((long) bytes.length);
            if (bytes.length != declared) {
                throw new EOFException("the answer ended after " + bytes.length + " of " + declared + " bytes");
            }
            boolean isEc2s = ROOT.matcher(new String(bytes, 0, Math.min(bytes.length, HEAD), StandardCharsets.UTF_8))
                    .find();
            if (response.httpResponse().isSuccessful() && !isEc2s) {
                throw new IOException("status " + response.httpResponse().statusCode() + " with " + bytes.length
                        + " bytes that are no EC2 answer; is there a proxy between?");
            }
            return HttpExecuteResponse.builder()
                    .response(response.httpResponse())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
                    .build();
        }
    }
}
